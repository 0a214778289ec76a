"""The steps from nothing to a campaign; each keeps what is given, and one goes back and forth at will."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from flask import Response, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from store.models.campaigns import CampaignRow
from store.queries import audit, campaigns, mails, units
from survey.faults import Fault
from survey.rights import Person
from webforms.office import guards
from webforms.office.campaigns import STEP_WORDS, held, title_of
from webforms.office.door import door, now, today
from webforms.office.pages import by_field, shown
from webforms.office.unit_choice import LEVEL_WORDS, groups_of, ticked_after
from workflows import campaign_forms, campaign_steps, mail
from workflows.campaign_forms import STEPS, Form
from workflows.methods import methods
from workflows.places import questionnaire_of

REPORT_WORDS = {
    "daily": "Daily: a few lines while the campaign is open",
    "summary": "Summary: weekly and monthly, with charts",
    "sipas": "Yearly report (SIPAS)",
    "tasks": "Tasks of the plan that are due or late",
}
KIND_WORDS = {
    "sipas": "Satisfaction of people and organisations (SIPAS)",
    "officials": "Views of officials",
    "other": "Another survey",
}
EVERY_WORDS = {"hour": "Every hour", "day": "Every day", "week": "Every week"}
blueprint, GUARD = guards.guarded("campaign_steps", __name__, "run_campaigns")
Typed = dict[str, list[str]]


def typed() -> Typed:
    """What the form at hand holds."""
    return request.form.to_dict(flat=False)


@guards.page(blueprint, "/campaigns/new")
def new(person: Person) -> Response:
    """The first step."""
    return first(person, {"kind": ["sipas"], "year": [str(today().year)]}, (), 200)


def first(person: Person, given: Typed, faults: Sequence[Fault], status: int) -> Response:
    """The page of the first step, before there is a campaign."""
    with door().database.reading() as session:
        earlier = [(row.code, title_of(row, person.language)) for row in campaigns.campaigns(session)]
    words = {"typed": given, "faults": by_field(faults), "kinds": KIND_WORDS, "earlier": earlier}
    return shown("office/campaign-name.html", person, status, campaign=None, step="name", steps=STEP_WORDS, **words)


@guards.page(blueprint, "/campaigns/new", post=True)
def make(person: Person) -> AnyResponse:
    """Begin a draft."""
    form = typed()
    named = campaign_forms.read_name(form, today().year)
    if not isinstance(named, campaign_forms.Named):
        return first(person, form, named, 422)
    copied = campaign_forms.one(form, "copied")
    with door().database.writing() as session:
        made = campaign_steps.begin(session, named, copied, today=today(), actor=person.email, now=now())
        code = made.code if isinstance(made, CampaignRow) else ""
    if not isinstance(made, CampaignRow):
        return first(person, form, made, 422)
    return redirect(url_for("campaign_steps.step", code=code, step="days" if copied else "questionnaire"), 303)


@guards.page(blueprint, "/campaigns/<code>/steps/<step>")
def step(person: Person, code: str, step: str) -> AnyResponse:
    """A step with what is kept of it."""
    return page(person, code, step, None, (), 200)


def page(
    person: Person, code: str, step: str, given: Typed | None, faults: Sequence[Fault], status: int
) -> AnyResponse:
    """A step's page: as it is kept, or as it was sent."""
    if step not in PAGES_OF:
        return abort(404)
    with door().database.reading() as session:
        row = held(session, code)
        words = PAGES_OF[step](session, row, person)
    if given is not None:
        words["typed"] = given
    return shown(
        f"office/campaign-{step}.html",
        person,
        status,
        campaign=row,
        title=title_of(row, person.language),
        step=step,
        steps=STEP_WORDS,
        faults=by_field(faults),
        **words,
    )


@guards.page(blueprint, "/campaigns/<code>/steps/<step>", post=True)
def keep(person: Person, code: str, step: str) -> AnyResponse:
    """Keep a step and go on to the next one, or stay where that is wished."""
    form = typed()
    if step not in KEPT:
        abort(404)
    with door().database.writing() as session:
        row = held(session, code, writing=True)
        outside = [] if row.state == "draft" or step == "reports" else [Fault("step_of_draft", "step", state_of(row))]
        faults = outside or KEPT[step](session, row, form, person)
        if faults:
            session.rollback()
        elif step != "reports":
            audit.note(session, at=now(), actor=person.email, act="step", subject=code, facts={"step": step})
    if faults:
        return page(person, code, step, form, faults, 422)
    return redirect(onward(code, step, form), 303)


def state_of(row: CampaignRow) -> dict[str, str]:
    """The facts of a campaign that may not be changed any more."""
    return {"state": row.state}


def onward(code: str, step: str, form: Form) -> str:
    """Where it goes on: the same step where more is to be done there, else the next one."""
    wished = campaign_forms.one(form, "do")
    if wished not in ("", "next"):
        found = {name: campaign_forms.one(form, name) for name in ("q", "level") if campaign_forms.one(form, name)}
        return url_for("campaign_steps.step", code=code, step=step) + (f"?{urlencode(found)}" if found else "")
    following = (*STEPS[1:], "")[STEPS.index(step)]
    if following == "counters":
        return url_for("counters.listed", code=code)
    if not following:
        return url_for("campaigns.check", code=code)
    return url_for("campaign_steps.step", code=code, step=following)


def name_page(session: Session, row: CampaignRow, person: Person) -> dict[str, object]:
    """What the first step shows."""
    given = {f"title_{language}": [words] for language, words in row.title.items()}
    return {"typed": given | {"kind": [row.kind], "year": [str(row.year)]}, "kinds": KIND_WORDS, "earlier": ()}


def keep_name(session: Session, row: CampaignRow, form: Form, person: Person) -> Sequence[Fault]:
    """Keep the first step."""
    named = campaign_forms.read_name(form, today().year)
    if not isinstance(named, campaign_forms.Named):
        return named
    campaign_steps.keep_name(row, named)
    return ()


def asked_page(session: Session, row: CampaignRow, person: Person) -> dict[str, object]:
    """The versions to choose from."""
    given = {"version": [str(row.questionnaire_id)], "form": ["short" if row.short_form else "whole"]}
    return {"typed": given, "versions": campaign_steps.versions(session, person.language)}


def keep_asked(session: Session, row: CampaignRow, form: Form, person: Person) -> Sequence[Fault]:
    """Keep the second step."""
    offered = [str(version.id) for version in campaign_steps.versions(session, person.language)]
    asked = campaign_forms.read_asked(form, offered)
    if not isinstance(asked, campaign_forms.Asked):
        return asked
    campaign_steps.keep_asked(session, row, asked)
    return ()


def units_page(session: Session, row: CampaignRow, person: Person) -> dict[str, object]:
    """The units to choose from, as they are on the first day."""
    asked = {name: request.values.get(name, "") for name in ("q", "level")}
    mine = [unit.code for unit in campaigns.campaign_units(session, row.id)]
    groups = groups_of(units.units_on(session, row.opens), asked["q"], asked["level"])
    return {"typed": {"unit": mine}, "groups": groups, "asked": asked, "levels": LEVEL_WORDS, "chosen": len(mine)}


def keep_units(session: Session, row: CampaignRow, form: Form, person: Person) -> Sequence[Fault]:
    """Keep the third step: of the units that stood on the page, those that are ticked."""
    there = units.units_on(session, row.opens)
    looked_at = set(form.get("shown") or ())
    ticked = ticked_after(there, looked_at, set(form.get("unit") or ()), campaign_forms.one(form, "do"))
    return campaign_steps.keep_units(session, row, looked_at, ticked)


def days_page(session: Session, row: CampaignRow, person: Person) -> dict[str, object]:
    """The fourth step."""
    given = {
        "opens": [row.opens.isoformat()],
        "closes": [row.closes.isoformat()],
        "basis": [row.basis],
        "languages": list(row.languages),
        "channels": ["chat"] if row.chat_offered else [],
        "once": ["once" if row.chat_once else "often"],
    }
    settings = door().settings
    chats = [name for name, there in (("Zalo", settings.zalo_name), ("Telegram", settings.telegram_name)) if there]
    return {"typed": given, "spoken": spoken_of(session, row), "chats": chats}


def spoken_of(session: Session, row: CampaignRow) -> tuple[str, ...]:
    """The languages that the questionnaire has words in."""
    return tuple(questionnaire_of(campaigns.questionnaire(session, row)).languages)


def keep_days(session: Session, row: CampaignRow, form: Form, person: Person) -> Sequence[Fault]:
    """Keep the fourth step."""
    days = campaign_forms.read_days(form, spoken_of(session, row))
    if not isinstance(days, campaign_forms.Days):
        return days
    campaign_steps.keep_days(session, row, days)
    return ()


def method_page(session: Session, row: CampaignRow, person: Person) -> dict[str, object]:
    """The sixth step, with the plain words of the methods file."""
    given = {
        "method": row.method,
        "grouping": row.grouping,
        "minimum": row.disclosure_minimum,
        "small": row.disclosure_small,
        "results": row.results,
        "batch_minimum": row.batch_minimum,
        "every": row.batch_every,
        "fill_s": row.minimum_fill_s,
    }
    return {
        "typed": {name: [str(value)] for name, value in given.items()},
        "methods": methods(),
        "every": EVERY_WORDS,
    }


def keep_method(session: Session, row: CampaignRow, form: Form, person: Person) -> Sequence[Fault]:
    """Keep the sixth step."""
    counted = campaign_forms.read_counted(form)
    if not isinstance(counted, campaign_forms.Counted):
        return counted
    campaign_steps.keep_counted(row, counted)
    return ()


def reports_page(session: Session, row: CampaignRow, person: Person) -> dict[str, object]:
    """Who gets what by mail."""
    found = [each for each in mails.recipients(session) if ":" not in each.report]
    return {"typed": {"report": ["daily", "summary"]}, "recipients": found, "reports": REPORT_WORDS}


def keep_reports(session: Session, row: CampaignRow, form: Form, person: Person) -> Sequence[Fault]:
    """Put somebody on lists, take somebody off one, or go on."""
    wished = campaign_forms.one(form, "do")
    if wished.startswith("leave:"):
        number = wished.partition(":")[2]
        mail.leave(session, int(number) if number.isdigit() else 0, now(), person.email)
    elif wished == "add" or campaign_forms.one(form, "address"):
        return add_reader(session, form, person)
    if row.state == "draft":
        campaign_steps.done(row, "reports")
    return ()


def add_reader(session: Session, form: Form, person: Person) -> Sequence[Fault]:
    """Put somebody on the lists that are ticked."""
    address, name = campaign_forms.one(form, "address"), campaign_forms.one(form, "name")
    wanted = [report for report in form.get("report") or () if report in REPORT_WORDS]
    if not wanted:
        return [Fault("choice_missing", "report")]
    made = [mail.add_recipient(session, report, address, name[:200], "vi", now(), person.email) for report in wanted]
    return [Fault(each.code, "address", each.facts) for each in made if isinstance(each, Fault)][:1]


PAGES_OF: Mapping[str, Callable[[Session, CampaignRow, Person], dict[str, object]]] = {
    "name": name_page,
    "questionnaire": asked_page,
    "units": units_page,
    "days": days_page,
    "method": method_page,
    "reports": reports_page,
}
KEPT: Mapping[str, Callable[[Session, CampaignRow, Form, Person], Sequence[Fault]]] = {
    "name": keep_name,
    "questionnaire": keep_asked,
    "units": keep_units,
    "days": keep_days,
    "method": keep_method,
    "reports": keep_reports,
}
