"""`hailong questionnaire …`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.sheets import json_wanted
from cli.terminal import answer, messages, opened, refuse, say, table
from runtime.words import fault_sentence
from store.queries import questionnaires
from survey.conversation import Answered, Asked, Back, Finished, Rejected, Reply, Skip, advance, begin
from survey.faults import Fault
from survey.questionnaire import Item, Questionnaire
from survey.reading import fingerprint, json_schema, read_questionnaire
from workflows import prepare


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
    shown = event.questions[-1]
    messages.print(f"\n{event.position}/{event.total}  {shown.text[spoken]}", markup=False)
    item = shown.items[0] if shown.items else None
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
