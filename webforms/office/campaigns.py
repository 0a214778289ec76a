"""Campaigns: the list, one of them, what it still lacks, its file, and the rehearsal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, current_app, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from runtime.words import TONGUES
from store.models.campaigns import CampaignRow
from store.queries import campaigns, progress
from survey.campaign import takes_answers
from survey.faults import Fault
from survey.rights import Person, may
from webforms.office import guards
from webforms.office.door import door, now, today
from webforms.office.pages import by_field, shown
from workflows.campaign_check import checked
from workflows.campaign_files import campaign_file
from workflows.methods import methods
from workflows.rehearsals import rehearse

STATE_WORDS = {
    "draft": "Draft",
    "open": "Open",
    "closed": "Closed",
    "locked": "Locked",
    "published": "Published",
}
CHANNEL_WORDS = {
    "web": "Web",
    "kiosk": "Tablet at the counter",
    "zalo": "Zalo",
    "telegram": "Telegram",
    "interviewer": "Interviewers",
    "paper": "Paper",
    "import": "From a file",
}
STEP_WORDS = {
    "name": "Name",
    "questionnaire": "Questionnaire",
    "units": "Units",
    "days": "Dates and channels",
    "counters": "Counters",
    "method": "Method and results",
    "reports": "Reports",
}
POINT_WORDS = {
    "named": "%(title)s, %(year)s",
    "asked": "%(title)s: %(questions)s questions, about %(minutes)s minutes",
    "no_units": "No unit is chosen yet.",
    "units": "%(n)s units",
    "units_gone": "These units do not exist on the first day: %(units)s. Take them out, or change the first day.",
    "days": "From %(opens)s to %(closes)s",
    "days_over": "The last day, %(closes)s, is over. Choose a later one.",
    "no_counters": "There is no counter yet.",
    "counters": "%(n)s counters; every unit has one.",
    "some_without": "%(n)s counters; %(without)s units have none: %(units)s",
    "counted": "Method %(method)s",
    "recipients": "%(n)s people get reports by mail.",
    "no_recipients": "Nobody gets reports by mail yet; this can be done later too.",
}
MARK_WORDS = {"done": "In order", "look": "Please look at it", "missing": "Missing"}
ROOM_WORDS: tuple[tuple[str, str, str], ...] = (  # right, endpoint, words
    ("see_fieldwork", "board.shown_board", "Fieldwork board"),
    ("see_quality", "quality.listed", "Data quality"),
    ("read_comments", "comments.listed", "Comments"),
)
blueprint, GUARD = guards.guarded("campaigns", __name__, "see_campaigns")


def held(session: Session, code: str, *, writing: bool = False) -> CampaignRow:
    """The campaign of an address; 404 where there is none."""
    row = (campaigns.held if writing else campaigns.campaign)(session, code)
    return abort(404) if row is None else row


def title_of(row: CampaignRow, language: str) -> str:
    """A campaign's title in that language."""
    return row.title.get(language) or row.title.get("vi") or row.code


@guards.page(blueprint, "/campaigns")
def listed(person: Person) -> Response:
    """Every campaign, the newest year first."""
    with door().database.reading() as session:
        found = campaigns.campaigns(session)
    return shown("office/campaigns.html", person, campaigns=found, states=STATE_WORDS)


@guards.page(blueprint, "/campaigns/<code>")
def told(person: Person, code: str) -> Response:
    """One campaign: its state, its numbers, what can be done."""
    with door().database.reading() as session:
        row = held(session, code)
        found = checked(session, row, today(), person.language) if row.state == "draft" else None
        answers, last_day = progress.numbers(session, row.id), progress.last_day(session, row.id)
        version = campaigns.questionnaire(session, row)
        counts = {
            "units": len(campaigns.campaign_units(session, row.id)),
            "counters": sum(counter.revoked_at is None for counter, _ in campaigns.counters(session, row.id)),
        }
    words: dict[str, Any] = {
        "answers": sum(answers.values()),
        "last_day": last_day,
        "taking": takes_answers(row.state, row.opens, row.closes, today()),
        "before": row.state == "open" and today() < row.opens,
    }
    words |= {"states": STATE_WORDS, "counts": counts, "check": found, "version": version}
    public = f"{door().settings.public_url.rstrip('/')}/results/{row.code}" if row.state != "draft" else ""
    words |= {"rooms": rooms_of(person, row), "results": public, "tongues": TONGUES}
    words["reckoned"] = (methods().method(row.method), methods().grouping(row.grouping))
    return shown("office/campaign.html", person, campaign=row, title=title_of(row, person.language), **words)


def rooms_of(person: Person, row: CampaignRow) -> list[tuple[str, str]]:
    """Where else this campaign is looked at, with words and address."""
    return [
        (words, url_for(endpoint, code=row.code))
        for right, endpoint, words in ROOM_WORDS
        if may(person, right) and row.state != "draft" and endpoint in current_app.view_functions
    ]


@guards.page(blueprint, "/campaigns/<code>/check")
def check(person: Person, code: str) -> Response:
    """What it still lacks."""
    return check_page(person, code, 200, [])


def check_page(person: Person, code: str, status: int, faults: Sequence[Fault]) -> Response:
    """The check list, with what was wrong with a wish."""
    with door().database.reading() as session:
        row = held(session, code)
        found = checked(session, row, today(), person.language)
    words = {"points": POINT_WORDS, "steps": STEP_WORDS, "marks": MARK_WORDS, "channels": CHANNEL_WORDS}
    return shown(
        "office/campaign-check.html",
        person,
        status,
        campaign=row,
        title=title_of(row, person.language),
        check=found,
        faults=by_field(faults),
        **words,
    )


@guards.page(blueprint, "/campaigns/<code>/rehearsal", post=True, right="run_campaigns")
def rehearsal(person: Person, code: str) -> AnyResponse:
    """Begin or end to try it out."""
    wanted = request.form.get("wanted", "")
    with door().database.writing() as session:
        row = held(session, code, writing=True)
        fault = (
            rehearse(session, row, wanted=wanted == "begin", actor=person.email, now=now())
            if wanted in ("begin", "end")
            else None
        )
    if fault is not None or not wanted:
        return check_page(person, code, 422, [fault] if fault else [])
    return redirect(url_for("campaigns.check", code=code), 303)


@guards.page(blueprint, "/campaigns/<code>/campaign.yaml")
def file(person: Person, code: str) -> Response:
    """The file from which `hailong campaign create` makes it again."""
    with door().database.reading() as session:
        text = campaign_file(session, held(session, code))
    return Response(
        text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{code}.yaml"'},
    )
