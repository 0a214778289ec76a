"""Results for everybody: the list, the page of a campaign and of each unit, the document and the sheet behind them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Hashable
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from reports.index_rows import COLUMNS
from reports.sheets import write_csv
from reports.unit_groups import Sort
from runtime.words import day_words, translate
from webforms import pages, results_page
from webforms.door import door, language
from webforms.keeping import Kept, Shelf
from workflows import results
from workflows.results import Material, Release

blueprint = Blueprint("results", __name__)
GUARD = "anyone"
FRESH = "public, max-age=60"

# standing → title and lines of the page of results that are not there
NOT_SHOWN = {
    "waiting": (
        "There are no results yet",
        "Results appear when enough answers have come in, so that nobody's answer can be told from them.",
    ),
    "withheld": (
        "The results are not published yet",
        "The results of this survey are published when all answers have been checked.",
    ),
    "embargoed": (
        "The results will be published soon",
        "The results of this survey will be published at {time} on {day}.",
    ),
}


@blueprint.get("/results")
def everything() -> Response:
    """Every survey whose results are shown or will be."""
    with door().database.reading() as session:
        listed = results.results(session, datetime.now(UTC))
    return pages.page("results/list.html", language(), listed=listed, zone=door().settings.zone)


@blueprint.get("/results/<campaign>")
def of_campaign(campaign: str) -> AnyResponse:
    """The results page of a campaign."""
    found, spoken, sort = released(campaign), language(), wanted_sort()
    if found.standing != "shown":
        return not_shown(found, spoken)
    return sent(kept((found.key, spoken, sort), found, lambda it: results_page.campaign(it, spoken, sort)))


@blueprint.get("/results/<campaign>/<unit>")
def of_unit(campaign: str, unit: str) -> AnyResponse:
    """The results page of one unit."""
    found, spoken = released(campaign), language()
    if found.standing != "shown":
        return not_shown(found, spoken)
    return sent(kept((found.key, spoken, "unit", unit), found, lambda it: results_page.unit(it, spoken, unit)))


@blueprint.get("/results/<campaign>.json")
def document(campaign: str) -> AnyResponse:
    """The index document, byte for byte as it was kept."""
    found = shown(campaign)
    tag = found.key
    if tag in request.if_none_match:
        return Response(status=304, headers={"ETag": f'"{tag}"', "Cache-Control": FRESH})
    with door().database.reading() as session:
        body = results.document(session, found).encode()
    return sent(Kept(body, tag), "application/json", f"{campaign}.json")


@blueprint.get("/results/<campaign>.csv")
def sheet(campaign: str) -> AnyResponse:
    """The figures as a sheet: a row a figure."""
    found, spoken = shown(campaign), language()
    return sent(kept((found.key, spoken, "csv"), found, lambda it: csv(it, spoken)), "text/csv", f"{campaign}.csv")


@blueprint.get("/results/<campaign>.<any(docx, pdf, xlsx):form>")
def paper(campaign: str, form: str) -> AnyResponse:
    """The report of a publication, byte for byte as it lies in the release."""
    found = shown(campaign)
    with door().database.reading() as session:
        row = results.paper(session, found, form) or abort(404)
    return sent(Kept(row.content, f"{found.key}-{form}"), row.media_type, f"{campaign}-{row.period}.{form}")


def csv(material: Material, spoken: str) -> bytes:
    """The sheet's bytes."""
    file = io.BytesIO()
    write_csv(file, COLUMNS, results_page.rows(material, spoken))
    return file.getvalue()


def released(campaign: str) -> Release:
    """What is shown of the campaign, or the page that says that there is no such campaign."""
    number = wanted_number()
    with door().database.reading() as session:
        found = results.release(session, campaign, datetime.now(UTC), number)
    return found or abort(404)


def wanted_number() -> int | None:
    """Which publication is asked for; the newest where none is named."""
    text = request.args.get("number")
    if text is None:
        return None
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,5}", text) else abort(404)


def shown(campaign: str) -> Release:
    """The release of a campaign whose results are shown, or the page that says that there is nothing."""
    found = released(campaign)
    return found if found.standing == "shown" else abort(404)


def wanted_sort() -> Sort:
    """How the units are to be sorted."""
    return "value" if request.args.get("sort") == "value" else "name"


def kept(key: Hashable, found: Release, render: Callable[[Material], bytes]) -> Kept:
    """The body of that key, rendered from the release where it is not kept yet."""

    def fresh() -> bytes:
        with door().database.reading() as session:
            material = results.material(session, found)
        return render(material)

    shelf: Shelf = current_app.extensions.setdefault("results", Shelf())
    return shelf.kept(key, fresh)


def sent(body: Kept, mimetype: str = "text/html", filename: str = "") -> AnyResponse:
    """The body with what caches need to know, or 304 to a browser that has it already."""
    response = Response(body.body, mimetype=mimetype)
    response.headers["Cache-Control"] = FRESH
    response.headers["Vary"] = "Accept-Language"
    if filename:
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.set_etag(body.tag)
    return response.make_conditional(request)


def not_shown(found: Release, spoken: str) -> Response:
    """The page of results that are not there yet."""
    with door().database.reading() as session:
        survey = results.survey(session, found)
    title, line = (translate(sentence, spoken) for sentence in NOT_SHOWN[found.standing])
    if found.until is not None:
        until = found.until.astimezone(door().settings.zone)
        line = line.format(time=f"{until:%H:%M}", day=day_words(until.date(), spoken))
    return pages.page("results/not_shown.html", spoken, title=title, line=line, survey=survey)
