"""The questionnaire workbench: versions and drafts, files taken in, three ways to look at a form, and publishing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from reports.changes import told
from reports.chat_form import turns
from runtime.words import LANGUAGES, TONGUES, place_words, translate
from survey.faults import Fault
from survey.faults import shown as cut
from survey.journey import plan
from survey.questionnaire import Questionnaire
from survey.rights import Person
from webforms.office import guards
from webforms.office.door import door, now
from webforms.office.pages import by_field, shown
from webforms.pages import FormPage
from workflows import paper_forms, workbench
from workflows.prepare import LARGEST_FILE
from workflows.workbench import Version

MOST_FAULTS = 200
blueprint, GUARD = guards.guarded("workbench", __name__, "see_questionnaires")


def held(session: Session, code: str, number: int) -> Version:
    """The version of an address; 404 where there is none."""
    found = workbench.version(session, code, number)
    if found is None:
        abort(404)
    return found


def found_version(code: str, number: int) -> Version:
    """The same, read by itself."""
    with door().database.reading() as session:
        return held(session, code, number)


def spoken(form: Questionnaire, person: Person) -> str:
    """The form's language that the address asks for, else the person's, else the first."""
    wanted = (request.args.get("language", ""), person.language)
    return next((language for language in wanted if language in form.languages), form.languages[0])


@guards.page(blueprint, "/questionnaires")
def listed(person: Person) -> Response:
    """Every version, the drafts among them."""
    with door().database.reading() as session:
        found = workbench.versions(session)
    return shown("office/workbench.html", person, versions=found)


@guards.page(blueprint, "/questionnaires/new", right="edit_questionnaires")
def new(person: Person) -> Response:
    """Where a file is sent from."""
    return shown("office/workbench-new.html", person, problems=(), more=0)


@guards.page(blueprint, "/questionnaires/new", post=True, right="edit_questionnaires")
def bring_in(person: Person) -> AnyResponse:
    """Take a file in and keep it as a draft, or tell everything that is wrong with it."""
    file = request.files.get("file")
    name, data = (file.filename or "", file.read(LARGEST_FILE + 1)) if file else ("", b"")
    with door().database.writing() as session:
        text = workbench.read_upload(session, name, data, renumber="renumber" in request.form)
        kept = workbench.keep_draft(session, text, actor=person.email, at=now()) if isinstance(text, str) else text
    if isinstance(kept, Questionnaire):
        return redirect(url_for("workbench.one", name=kept.code, version=kept.version), 303)
    return refused(person, kept)


def refused(person: Person, faults: Sequence[Fault]) -> Response:
    """The page of the file with every fault in it, by row."""
    problems = [(place_words(fault.where, person.language), fault) for fault in faults[:MOST_FAULTS]]
    summary = {"file": faults[0]} if len(faults) == 1 else {}
    more = max(0, len(faults) - MOST_FAULTS)
    return shown("office/workbench-new.html", person, 422, problems=problems, more=more, faults=summary)


@guards.page(blueprint, "/questionnaires/<name>/<int:version>")
def one(person: Person, name: str, version: int) -> Response:
    """A version as page, as chat and on paper, side by side."""
    return version_page(person, found_version(name, version), (), 200)


def version_page(person: Person, version: Version, faults: Sequence[Fault], status: int) -> Response:
    """The page of a version, with what was wrong with what was asked of it."""
    form = version.questionnaire
    language = spoken(form, person)
    pages = paper_forms.page_pictures(form, version.sha256, language, version.state == "draft")
    return shown(
        "office/workbench-one.html",
        person,
        status,
        version=version,
        form=form,
        spoken=language,
        tongues=TONGUES,
        say=speech(language),
        pages=form_pages(form),
        turns=turns(form, language),
        paper_pages=range(1, len(pages) + 1),
        faults=by_field(faults),
    )


def speech(language: str) -> Callable[..., str]:
    """What puts our own words into a form's language, in Vietnamese where ours lack it."""

    def say(sentence: str, **facts: object) -> str:
        found = translate(sentence, language if language in LANGUAGES else LANGUAGES[0])
        return found % facts if facts else found

    return say


def form_pages(form: Questionnaire) -> tuple[tuple[str, FormPage], ...]:
    """Every page that a form may have, with nothing typed, and the code of its section where that begins."""
    steps = plan(form, "page")
    return tuple(
        (
            step.section.code if place == 0 or steps[place - 1].section.code != step.section.code else "",
            FormPage(
                step=step.step,
                questions=step.questions,
                codes=tuple(question.code for question in step.questions),
                position=place + 1,
                total=len(steps),
                first=place == 0,
                last=place == len(steps) - 1,
            ),
        )
        for place, step in enumerate(steps)
    )


@guards.page(blueprint, "/questionnaires/<name>/<int:version>/paper-<int:sheet>.png")
def paper_page(person: Person, name: str, version: int, sheet: int) -> Response:
    """One page of the paper form as a picture."""
    found = found_version(name, version)
    language = spoken(found.questionnaire, person)
    pages = paper_forms.page_pictures(found.questionnaire, found.sha256, language, found.state == "draft")
    if not 1 <= sheet <= len(pages):
        abort(404)
    return Response(pages[sheet - 1], content_type="image/png")


@guards.page(blueprint, "/questionnaires/<name>/<int:version>/paper.pdf")
def paper(person: Person, name: str, version: int) -> Response:
    """The paper form, to be printed."""
    found = found_version(name, version)
    form, language = found.questionnaire, spoken(found.questionnaire, person)
    short = "short" in request.args
    made = paper_forms.form_alone(form, language, short=short, draft=found.state == "draft")
    if not isinstance(made, bytes):
        abort(404)
    return attachment(made, "application/pdf", f"{form.code}-v{form.version}-{language}.pdf")


@guards.page(blueprint, "/questionnaires/<name>/<int:version>.yaml")
def definition(person: Person, name: str, version: int) -> Response:
    """The file that defines a version, to be worked on further."""
    found = found_version(name, version)
    form = found.questionnaire
    return attachment(found.definition.encode(), "application/yaml", f"{form.code}-v{form.version}.yaml")


def attachment(content: bytes, kind: str, name: str) -> Response:
    """A file to keep; the name is made of our own codes."""
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@guards.page(blueprint, "/questionnaires/compare")
def compare(person: Person) -> Response:
    """What differs between two versions."""
    names = {side: request.args.get(side, "") for side in ("old", "new")}
    with door().database.reading() as session:
        known = workbench.versions(session)
        pair = {side: workbench.named(session, name) for side, name in names.items() if name}
    example = known[0].name if known else "sipas-quay@1"
    faults = [
        Fault("unknown_version", side, {"found": cut(names[side]), "known": example})
        for side, version in pair.items()
        if version is None
    ]
    old, new_one = pair.get("old"), pair.get("new")
    changes = None
    if old is not None and new_one is not None:
        forms = old.questionnaire, new_one.questionnaire
        changes = told(workbench.compared(old, new_one), *forms, person.language)
    return shown(
        "office/workbench-compare.html",
        person,
        422 if faults else 200,
        versions=known,
        names=names,
        changes=changes,
        faults=by_field(faults),
    )


def version_anew(person: Person, name: str, version: int) -> AnyResponse:
    """The page of that version, on which its publication is confirmed."""
    return version_page(person, found_version(name, version), (), 200)


@guards.page(
    blueprint,
    "/questionnaires/<name>/<int:version>/publish",
    post=True,
    right="edit_questionnaires",
    fresh=True,
    anew=version_anew,
)
def publish(person: Person, name: str, version: int) -> AnyResponse:
    """Freeze a draft, once somebody has said that they have looked at it."""
    found = found_version(name, version)
    if "looked" not in request.form:
        return version_page(person, found, [Fault("confirmation_missing", "looked")], 422)
    with door().database.writing() as session:
        done = workbench.publish(session, name, version, actor=person.email, at=now())
    if not isinstance(done, Questionnaire):
        return version_page(person, found, [Fault(fault.code, "looked", fault.facts) for fault in done], 422)
    return redirect(url_for("workbench.one", name=name, version=version), 303)


@guards.page(blueprint, "/questionnaires/<name>/<int:version>/discard", post=True, right="edit_questionnaires")
def discard(person: Person, name: str, version: int) -> AnyResponse:
    """Throw a draft away."""
    found = found_version(name, version)
    with door().database.writing() as session:
        faults = workbench.discard(session, name, version, actor=person.email, at=now())
    if faults:
        return version_page(person, found, [Fault(fault.code, "looked", fault.facts) for fault in faults], 422)
    return redirect(url_for("workbench.listed"), 303)
