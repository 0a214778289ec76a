"""Posters and slips to print: of a unit or of all, in each design, as one PDF."""

from __future__ import annotations

from contextlib import closing

from flask import Response, abort, request
from sqlalchemy.orm import Session

from qr_templates.posters import DESIGNS, Poster, draw
from survey.faults import Fault
from survey.rights import Person, reach
from webforms.office import guards
from webforms.office.campaigns import held, title_of
from webforms.office.door import door
from webforms.office.pages import by_field, shown
from workflows.campaign_counters import reached_counters, reached_units
from workflows.posters import Chats, posters_of

RIGHT = "manage_counters"
DESIGN_WORDS = {
    "a4": "Poster A4",
    "a5": "Poster A5",
    "tent": "Table tent, folded from A4",
    "slips": "Slips to hand out, several a page",
}
blueprint, GUARD = guards.guarded("posters", __name__, RIGHT)


@guards.page(blueprint, "/campaigns/<code>/posters")
def choose(person: Person, code: str) -> Response:
    """Which posters."""
    return told(person, code, None, 200)


def told(person: Person, code: str, fault: Fault | None, status: int) -> Response:
    """The choice of unit and design."""
    mine = reach(person, RIGHT)
    with door().database.reading() as session:
        row = held(session, code)
        units = reached_units(session, row, mine)
        printed = [counter.unit_id for counter, _ in reached_counters(session, row, mine) if counter.revoked_at is None]
    if not units and mine is not None:
        abort(404)
    words = {
        "units": [(unit, printed.count(unit.unit_id)) for unit in units if unit.unit_id in printed],
        "all_of": len(printed),
        "whole": mine is None,
        "designs": DESIGN_WORDS,
        "asked": {name: request.args.get(name, "") for name in ("unit", "design")},
        "faults": by_field([fault] if fault else []),
    }
    return shown(
        "office/campaign-posters.html", person, status, campaign=row, title=title_of(row, person.language), **words
    )


@guards.page(blueprint, "/campaigns/<code>/posters.pdf")
def print_them(person: Person, code: str) -> Response:
    """The PDF; somebody of a unit gets the posters of that unit."""
    unit, design = request.args.get("unit", ""), request.args.get("design", "a4")
    if design not in DESIGNS:
        abort(404)
    with door().database.reading() as session:
        held(session, code)
        found = wanted(session, person, code, unit)
    if isinstance(found, Fault):
        return told(person, code, Fault(found.code, "unit", found.facts), 422)
    with closing(draw(found, design, "pdf")) as drawn:  # type: ignore[type-var]  # a generator
        _, content = next(drawn)
    name = "-".join(part for part in ("posters", code, unit.lower(), design) if part)
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(content, content_type="application/pdf", headers=headers)


def wanted(session: Session, person: Person, code: str, unit: str) -> tuple[Poster, ...] | Fault:
    """The posters of that unit, or of all that somebody reaches."""
    mine = {each.code for each in reached_units(session, held(session, code), reach(person, RIGHT))}
    if (unit and unit not in mine) or not mine:
        abort(404)
    settings = door().settings
    row = held(session, code)
    chats = Chats(settings.zalo_name, settings.zalo_link, settings.telegram_name) if row.chat_offered else None
    found = posters_of(session, code, settings.public_url, unit_code=unit or None, chats=chats)
    return found if isinstance(found, Fault) else tuple(each for each in found if each.unit_code in mine)
