"""What every command shares: the open database, the language of the terminal, and the way to refuse."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import NoReturn, Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from runtime.settings import Settings, read_settings
from runtime.words import fault_sentence, place_words, translate
from store.database import Database, current_migration, newest_migration, open_database
from survey.faults import Fault

SHOWN_FAULTS = 200
REFUSED = 1
WRONG_USAGE = 2

messages = Console(stderr=True, highlight=False, soft_wrap=True)


class Advance(Protocol):
    """What a workflow calls with the number of things done since the last call."""

    def __call__(self, done: int, /) -> None: ...


def language() -> str:
    """English where the terminal speaks English, Vietnamese everywhere else."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if wanted.lower().startswith("en") else "vi"


def say(sentence: str, **facts: object) -> None:
    """Tell the person at the terminal something, on standard error, in their language."""
    messages.print(translate(sentence, language()).format(**facts), markup=False)


def answer(document: object) -> None:
    """Print one JSON document on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def refuse(faults: Sequence[Fault]) -> NoReturn:
    """Tell every fault with cause and cure, and leave with 1; nothing was changed.

    Where the command was asked for JSON, one document on standard output tells the same.
    """
    context = click.get_current_context(silent=True)
    if context is not None and context.params.get("as_json"):
        answer({"ok": False, "faults": [described(fault) for fault in faults]})
    for fault in faults[:SHOWN_FAULTS]:
        tell_wrong(place_words(fault.where, language()), fault_sentence(fault.code, fault.facts, language()))
    if len(faults) > SHOWN_FAULTS:
        say("… and {more} more.", more=len(faults) - SHOWN_FAULTS)
    say("Nothing was changed. Faults: {count}.", count=len(faults))
    sys.exit(REFUSED)


def described(fault: Fault) -> dict[str, str]:
    """A fault as data, with its sentence."""
    return {"where": fault.where, "code": fault.code, "message": fault_sentence(fault.code, fault.facts, language())}


def tell_wrong(where: str, sentence: str) -> None:
    """Tell one thing that is wrong, after its place where it has one."""
    messages.print(f"{where}: {sentence}" if where else sentence, markup=False)


@contextmanager
def opened(*, migrated: bool = True) -> Iterator[tuple[Database, Settings]]:
    """The database of the settings; refuses one that was never prepared unless told otherwise."""
    settings = read_settings()
    database = open_database(settings.database_url)
    try:
        if migrated:
            with database.reading() as session:
                if current_migration(session) != newest_migration():
                    refuse([Fault("database_not_prepared", "DATABASE_URL", {})])
        yield database, settings
    finally:
        database.close()


def today(settings: Settings) -> date:
    """The day that it is in the province."""
    return datetime.now(settings.zone).date()


@contextmanager
def progress(words: str, total: int) -> Iterator[Advance]:
    """A bar on a terminal that shows one, and silence anywhere else."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=messages,
        disable=not messages.is_terminal,
        transient=True,
    )
    with bar:
        task = bar.add_task(translate(words, language()), total=total)
        yield lambda done: bar.advance(task, done)


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows on standard output, a column each, tabs between them so that other programs can cut them."""
    click.echo("\t".join(translate(word, language()) for word in header))
    for row in rows:
        click.echo("\t".join("" if cell is None else str(cell) for cell in row))
