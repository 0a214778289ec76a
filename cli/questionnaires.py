"""`hailong questionnaire …`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cli.sheets import ACTOR, json_wanted
from cli.terminal import answer, language, messages, opened, refuse, say, table, today
from reports import changes
from runtime.words import fault_sentence
from store.queries import questionnaires
from survey.comparison import compare as compare_versions
from survey.conversation import Answered, Asked, Back, Finished, Rejected, Reply, Skip, advance, begin
from survey.faults import Fault, shown
from survey.questionnaire import Item, Questionnaire
from survey.reading import fingerprint, json_schema, read_questionnaire
from workflows import paper_forms, prepare, workbench
from workflows.files import beginning


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


@click.group()
def questionnaire() -> None:
    """Check, list and try questionnaires."""


@questionnaire.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_wanted
def check(file: Path, as_json: bool) -> None:
    """Read FILE and report every fault in it at once."""
    text = prepare.text_of(file)
    read = read_questionnaire(text) if isinstance(text, str) else (text,)
    if isinstance(read, tuple):
        refuse(read)
    facts = {"code": read.code, "version": read.version, "items": len(read.items), "sha256": fingerprint(str(text))}
    if as_json:
        answer({"ok": True, **facts})
    else:
        say("{code} v{version}: {items} items, no fault. SHA-256 {sha256}", **facts)


@questionnaire.command("list")
@json_wanted
def list_all(as_json: bool) -> None:
    """The frozen versions that campaigns can use."""
    with opened() as (database, _), database.reading() as session:
        rows = questionnaires.questionnaires(session)
    found = [{"code": row.code, "version": row.version, "sha256": row.sha256} for row in rows]
    if as_json:
        answer(found)
    else:
        table(("code", "version", "SHA-256"), ((row["code"], row["version"], row["sha256"]) for row in found))


@questionnaire.command()
def schema() -> None:
    """The JSON schema of a questionnaire file."""
    answer(json_schema())


@questionnaire.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write a YAML file and keep no draft.")
@click.option("--renumber", is_flag=True, help="Take the next free version number where the file's own is taken.")
@json_wanted
def bring_in(file: Path, out: Path | None, renumber: bool, as_json: bool) -> None:
    """Read FILE, YAML or an XLSForm workbook, and keep it as a draft; every fault is told at once."""
    data = beginning(file, prepare.LARGEST_FILE + 1)
    with opened() as (database, _), database.writing() as session:
        text = workbench.read_upload(session, file.name, data, renumber=renumber)
        if not isinstance(text, str):
            refuse(text)
        kept = workbench.understood(text) if out else workbench.keep_draft(session, text, actor=ACTOR, at=now())
        if not isinstance(kept, Questionnaire):
            refuse(kept)
    if out is not None:
        written(out, text.encode())
    facts = {"code": kept.code, "version": kept.version, "items": len(kept.items), "sha256": fingerprint(text)}
    if as_json:
        answer({"ok": True, **facts})
    elif out is not None:
        say("{code} v{version} was written to {file}: {items} items.", file=out, **facts)
    else:
        say(
            "{code} v{version} is kept as a draft: {items} items. Look at it in the office and publish it there.",
            **facts,
        )


@questionnaire.command()
@click.argument("old")
@click.argument("new")
@json_wanted
def compare(old: str, new: str, as_json: bool) -> None:
    """What differs between OLD and NEW: code@version, a code alone (its newest version), or a file."""
    with opened() as (database, _), database.reading() as session:
        first, second = (version_of(session, name) for name in (old, new))
    found = changes.told(compare_versions(first, second), first, second, language())
    if as_json:
        answer([asdict(change) for change in found])
        return
    header = ("What", "Part", "Code", "Aspect", "Language", "Before", "After")
    rows = [(c.what, c.part, c.code, c.aspect, c.language, one_line(c.before), one_line(c.after)) for c in found]
    table(header, rows)


def version_of(session: Session, name: str) -> Questionnaire:
    """The questionnaire of a name or a file; refuses what is neither."""
    path = Path(name)
    if path.suffix in workbench.ENDINGS and path.is_file():
        text = workbench.read_upload(session, path.name, beginning(path, prepare.LARGEST_FILE + 1))
        if not isinstance(text, str):
            refuse(text)
        return workbench.understood(text)
    found = workbench.named(session, name)
    if found is None:
        known = next((each.name for each in workbench.versions(session)), "sipas-quay@1")
        refuse([Fault("unknown_version", name, {"found": shown(name), "known": known})])
    return found.questionnaire


def one_line(words: str) -> str:
    """Words on one line."""
    return " ".join(words.split())


@questionnaire.command()
@click.argument("code")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF file to write.")
@click.option("--language", "spoken", default=None, help="One of the questionnaire's languages.")
@click.option("--short", is_flag=True, help="Only the questions of the short form.")
@click.option("--counter", default=None, help="Code of a counter: its names and its QR code are printed too.")
@json_wanted
def paper(code: str, out: Path, spoken: str | None, short: bool, counter: str | None, as_json: bool) -> None:
    """The questionnaire CODE (or code@version) as a form of A4 pages, to be printed and filled in by pen."""
    with opened() as (database, settings), database.reading() as session:
        found = workbench.named(session, code)
        if found is None:
            refuse([Fault("unknown_questionnaire", code, {"found": code})])
        spoken = spoken or found.questionnaire.languages[0]
        if counter is not None:
            made = paper_forms.form_for_counter(session, counter, settings.public_url, spoken, today(settings))
        else:
            draft = found.state == "draft"
            made = paper_forms.form_alone(found.questionnaire, spoken, short=short, draft=draft)
    if not isinstance(made, bytes):
        refuse(made)
    written(out, made)
    if as_json:
        answer({"ok": True, "file": str(out), "bytes": len(made)})
    else:
        say("The form was written to {file}.", file=out)


def written(out: Path, content: bytes) -> None:
    """Write the file, or refuse with the reason."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)
    except OSError as error:
        refuse([Fault("folder_not_writable", str(out), {"found": error.strerror or type(error).__name__})])


@questionnaire.command("try")
@click.argument("code")
@click.option("--language", "wanted", default=None, help="One of the questionnaire's languages.")
def try_out(code: str, wanted: str | None) -> None:
    """Answer the questionnaire CODE here, one question at a time; nothing is stored.

    Type an option's number or code; `-` skips, `<` goes back.
    """
    with opened() as (database, _), database.reading() as session:
        found = prepare.newest(session, code)
    if found is None:
        refuse([Fault("unknown_questionnaire", code, {"found": code})])
    walk(found, wanted if wanted in found.languages else found.languages[0])


def walk(found: Questionnaire, spoken: str) -> None:
    """Ask, read and go on until the end."""
    state, events = begin(found, spoken, "question")
    while True:
        for event in events:
            if isinstance(event, Rejected):
                messages.print(fault_sentence(event.fault.code, event.fault.facts, spoken), markup=False)
        last = events[-1]
        if isinstance(last, Finished):
            say("Finished. Nothing was stored. Answers: {count}.", count=len(last.answers))
            return
        if not isinstance(last, Asked):
            return
        state, events = advance(found, state, asked(last, spoken), "question")


def asked(event: Asked, spoken: str) -> Reply:
    """Put the open question and read the reply."""
    question = event.questions[-1]
    messages.print(f"\n{event.position}/{event.total}  {question.text[spoken]}", markup=False)
    item = question.items[0] if question.items else None
    if item is not None and item.question != item.code:
        messages.print(f"  {item.text[spoken]}", markup=False)
    choices = choices_of(item, spoken) if item is not None else []
    for number, (_, words) in enumerate(choices, start=1):
        messages.print(f"  {number}. {words}", markup=False)
    typed = click.prompt(">", default="-", show_default=False, err=True)
    if typed == "<":
        return Back(event.step)
    if typed == "-" or item is None:
        return Skip(event.step)
    codes = [chosen(part.strip(), choices) for part in (typed.split(",") if item.type == "several" else [typed])]
    return Answered(event.step, {item.code: codes})


def choices_of(item: Item, spoken: str) -> list[tuple[str, str]]:
    """Code and words of everything that can be chosen."""
    choices = [(option.code, option.text[spoken]) for option in item.options]
    return [*choices, ("na", item.na[spoken])] if item.na is not None else choices


def chosen(typed: str, choices: list[tuple[str, str]]) -> str:
    """The code that a typed number stands for, or what was typed."""
    return choices[int(typed) - 1][0] if typed.isdecimal() and 0 < int(typed) <= len(choices) else typed
