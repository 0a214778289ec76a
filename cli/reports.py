"""`hailong report …`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from cli.sheets import json_wanted
from cli.terminal import Advance, answer, opened, progress, refuse, say, today
from reports.summary_facts import Kind, Span
from reports.word_styles import TemplateError
from runtime.settings import Settings
from store.database import Database
from store.queries import campaigns
from survey.faults import Fault
from workflows import reporting
from workflows.counters import unknown_campaign

FORMATS = ("docx", "xlsx", "pdf")
PERIODS: Mapping[str, Kind] = {"weekly": "weekly", "monthly": "monthly", "daily": "daily"}
EXAMPLE = "weekly, monthly, daily, 2026-11-16..2026-11-22"
STEPS = 2  # the figures, then the document


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be written: of which campaign, in which format, about which days ("" for the usual ones)."""

    campaign: str
    format: str
    period: str


Write = Callable[[Database, Settings, Asked, Advance], bytes]


def summary(database: Database, settings: Settings, asked: Asked, advance: Advance) -> bytes:
    """The summary report."""
    span = span_asked(asked.period, today(settings))
    found = reporting.summary(database, asked.campaign, span, datetime.now(UTC), settings)
    advance(1)
    _, make = reporting.FORMATS[asked.format]
    content = make(found)
    advance(1)
    return content


KINDS: Mapping[str, Write] = {"summary": summary}


@click.command()
@click.argument("campaign")
@click.option("--kind", required=True, type=click.Choice(tuple(KINDS)), help="Which report.")
@click.option("--format", "form", required=True, type=click.Choice(FORMATS), help="Kind of file.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@click.option("--period", default="", help="weekly, monthly, daily or FIRST..LAST; without it, the last seven days.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@json_wanted
def report(campaign: str, kind: str, form: str, out: Path, period: str, force: bool, as_json: bool) -> None:
    """Write a report about CAMPAIGN: an official document (docx, pdf) or its figures (xlsx)."""
    with opened() as (database, settings):
        if out.exists() and not force:
            refuse([Fault("file_there", "--out", {"found": str(out)})])
        with database.reading() as session:
            if campaigns.campaign(session, campaign) is None:
                refuse([unknown_campaign(session, campaign)])
        try:
            with progress("Writing the report", STEPS) as advance:
                content = KINDS[kind](database, settings, Asked(campaign, form, period), advance)
        except reporting.LetterheadError as error:
            refuse(error.faults)
        except TemplateError as error:
            refuse([Fault(error.code, "WORD_TEMPLATE", error.facts)])
    put(out, content)
    if as_json:
        answer({"ok": True, "file": str(out), "bytes": len(content)})
    else:
        say("The report is in {file}.", file=out)


def span_asked(period: str, day: date) -> Span:
    """The days that `--period` names, seen from that day; leaves with 2 where it names none."""
    if period in PERIODS:
        return reporting.span_of(PERIODS[period], day)
    if not period:
        return Span("days", day - timedelta(days=6), day)
    first, _, last = period.partition("..")
    try:
        found = Span("days", date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise click.BadParameter(EXAMPLE, param_hint="--period") from None
    if found.first > found.last:
        raise click.BadParameter(EXAMPLE, param_hint="--period")
    return found


def put(out: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    draft = out.with_name(f".{out.name}.unfinished")
    try:
        draft.write_bytes(content)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
