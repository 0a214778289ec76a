"""Data quality: what stands out, two people who decide, the unit's own words, and the index with and without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response, abort, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from reports.charts import bar
from reports.quality_charts import columns
from runtime.words import day_words, number_words, translate
from scoring.satisfaction import printed
from store.queries import campaigns
from survey.faults import Fault
from survey.rights import Person, own_units, reach
from webforms.office import guards
from webforms.office.choosing import chosen, held
from webforms.office.door import door, now
from webforms.office.pages import by_field, shown
from webforms.office.quality_words import RULE_WORDS, SAID_WORDS, STATE_WORDS, compared, story
from workflows import kept_figures, quality
from workflows.quality_pictures import Opened, Picture, opened

WANTED = ("waiting", "set_aside", "keep", "all")
blueprint, GUARD = guards.guarded("quality", __name__, "see_quality")


@guards.page(blueprint, "/quality")
def choose(person: Person) -> AnyResponse:
    """The campaigns whose answers are looked at; straight on where there is one."""
    return chosen(person, "see_quality", "Data quality", "quality.listed")


@guards.page(blueprint, "/quality/<code>")
def listed(person: Person, code: str) -> Response:
    """The flags of a campaign: those that wait for somebody first."""
    wanted = request.args.get("state", "waiting")
    with door().database.reading() as session:
        row = held(session, code)
        units = reach(person, "see_quality")
        every = quality.flagged(session, row.id, units)
        counts = quality.counts(session, row.id) if units is None else None
    kept = [each for each in every if wanted not in WANTED[:3] or state_of(each) == wanted]
    kept.sort(key=lambda each: each.flag.rule != "unit")
    words: dict[str, Any] = {"rules": RULE_WORDS, "states": STATE_WORDS, "wanted": wanted, "state_of": state_of}
    tally = {name: sum(name == "all" or state_of(each) == name for each in every) for name in WANTED}
    return shown(
        "office/quality.html",
        person,
        campaign=row,
        flags=kept,
        counts=counts,
        tally=tally,
        iso=date.fromisoformat,
        **words,
    )


def state_of(found: quality.Flagged) -> str:
    """In which list a flag stands."""
    return "waiting" if found.standing.waits else found.standing.outcome


@guards.page(blueprint, "/quality/<code>/figures")
def figures(person: Person, code: str) -> Response:
    """The index with and without what is flagged; whoever is bound to units sees these only."""
    units = reach(person, "see_quality")
    with door().database.reading() as session:
        row = held(session, code)
        pinned = campaigns.campaign_units(session, row.id)
        found = kept_figures.kept(session, row)
    mine = {unit.code for unit in pinned if units is None or unit.unit_id in units}
    rows = [each for each in found.rows if each.code in mine or units is None] if found else []

    def number(value: object) -> str:
        return printed(value, 2, person.language)  # type: ignore[arg-type]  # the template gives what `sensitivity` gave

    return shown("office/quality-figures.html", person, campaign=row, found=found, rows=rows, number=number)


@guards.page(blueprint, "/quality/<code>/<int:flag>")
def one(person: Person, code: str, flag: int) -> Response:
    """A flag: its words, evidence and picture, and what was said of it."""
    return told(person, code, flag, {}, 200)


def told(person: Person, code: str, flag: int, faults: Mapping[str, Fault], status: int) -> Response:
    """The page of a flag, with what was wrong with a decision."""
    with door().database.reading() as session:
        row = held(session, code)
        found = opened(session, code, flag, reach(person, "see_quality"), door().settings.zone)
    if found is None:
        abort(404)

    def local(moment: datetime) -> date:
        return moment.astimezone(door().settings.zone).date()

    def words(sentence: str, **facts: object) -> str:
        return translate(sentence, person.language) % facts if facts else translate(sentence, person.language)

    given = {
        "campaign": row,
        "opened": found,
        "rule": RULE_WORDS[found.found.flag.rule],
        "story": story(found.found.flag, person.language, words),
        "drawn": Markup(drawn(found, person.language)),  # noqa: S704 - our own SVG, whose words are escaped
        "iso": date.fromisoformat,
        "local": local,
        "rows": table(found.picture, person.language),
        "compared": compared(found.found.flag, person.language, words),
        "bar": lambda share: Markup(bar(share)),  # noqa: S704 - likewise
        "rules": RULE_WORDS,
        "said": SAID_WORDS,
        "own": found.found.flag.unit_id in own_units(person),
        "states": STATE_WORDS,
        "typed": request.form if faults else {},
        "answers_back": reach(person, "answer_flags") != frozenset(),
    }
    return shown("office/quality-flag.html", person, status, faults=faults, **given)


def drawn(found: Opened, language: str) -> str:
    """The picture of a flag."""
    pictured = found.picture
    rows = table(pictured, language)
    by = "Answers by half hour" if pictured.by == "slot" else "Answers by day"
    usual = translate("The line is what is usual there: {n}.", language)
    described = usual.format(n=number_words(pictured.usual, 1, language))
    return columns(
        [label for label, _ in rows],
        [n for _, n in rows],
        pictured.usual,
        pictured.marked,
        translate(by, language),
        described,
    )


def table(pictured: Picture, language: str) -> Sequence[tuple[str, int]]:
    """The numbers of a picture under their labels."""
    return [(label(at, language), n) for at, n in pictured.counts]


def label(at: date | datetime, language: str) -> str:
    """A half hour by its beginning, a day by day and month."""
    if isinstance(at, datetime):
        return f"{at:%H:%M}"
    return f"{at:%d/%m}" if language == "vi" else day_words(at, language).rpartition(" ")[0]


@guards.page(blueprint, "/quality/<code>/<int:flag>", post=True, right="decide_flags")
def decide(person: Person, code: str, flag: int) -> AnyResponse:
    """Say that the answers are set aside, or kept; it takes effect once a second person agrees."""
    form = request.form
    with door().database.writing() as session:
        found_for(session, person, code, flag, "decide_flags")
        said = {"kind": form.get("kind", ""), "reason": form.get("reason", "")}
        done = quality.decide(session, flag, actor=person.email, **said, now=now(), own=own_units(person))
    if isinstance(done, Fault):
        return told(person, code, flag, by_field([done]), 422)
    return redirect(url_for("quality.one", code=code, flag=flag), 303)


@guards.page(blueprint, "/quality/<code>/<int:flag>/answer", post=True, right="answer_flags")
def respond(person: Person, code: str, flag: int) -> AnyResponse:
    """The unit's own words."""
    with door().database.writing() as session:
        found_for(session, person, code, flag, "answer_flags")
        done = quality.answer(session, flag, actor=person.email, words=request.form.get("words", ""), now=now())
    if isinstance(done, Fault):
        return told(person, code, flag, {"words": done}, 422)
    return redirect(url_for("quality.one", code=code, flag=flag), 303)


def found_for(session: Session, person: Person, code: str, flag: int, right: str) -> None:
    """See that the campaign has that flag and the person that right for its unit; 404 otherwise."""
    row = held(session, code)
    if not quality.flagged(session, row.id, reach(person, right), flag):
        abort(404)
