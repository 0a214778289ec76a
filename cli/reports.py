"""`hailong report …`."""

from __future__ import annotations

import shutil
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
from workflows import reporting, sipas_reports
from workflows.counters import unknown_campaign

FORMATS = ("docx", "xlsx", "pdf")
PERIODS: Mapping[str, Kind] = {"weekly": "weekly", "monthly": "monthly", "daily": "daily"}
EXAMPLE = "weekly, monthly, daily, 2026-11-16..2026-11-22"
STEPS = 2  # the figures, then the document


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be written: which report of which campaign, in which format, about which days ("" for the usual ones),
    compared with which campaign ("" for that of the year before)."""

    campaign: str
    kind: str
    format: str
    period: str
    before: str


Files = Mapping[str, bytes]  # name → content; the only file of a report has no name
Write = Callable[[Database, Settings, Asked, Advance], Files]


def summary(database: Database, settings: Settings, asked: Asked, advance: Advance) -> Files:
    """The summary report."""
    span = span_asked(asked.period, today(settings))
    found = reporting.summary(database, asked.campaign, span, datetime.now(UTC), settings)
    advance(1)
    _, make = reporting.FORMATS[asked.format]
    content = make(found)
    advance(1)
    return {sipas_reports.ONE: content}


def yearly(database: Database, settings: Settings, asked: Asked, advance: Advance) -> Files:
    """The yearly report, or one of its companions."""
    if asked.format == "xlsx" and asked.kind not in sipas_reports.SHEETS:
        raise click.BadParameter("docx, pdf", param_hint="--format")
    found = sipas_reports.yearly(database, asked.campaign, datetime.now(UTC), settings, before=asked.before)
    advance(1)
    files = sipas_reports.documents(found, asked.kind, asked.format)
    advance(1)
    return files


KINDS: Mapping[str, Write] = {"summary": summary} | dict.fromkeys(sipas_reports.PAPERS, yearly)
FOLDERS = ("letters",)  # reports of several files


@click.command()
@click.argument("campaign")
@click.option("--kind", required=True, type=click.Choice(tuple(KINDS)), help="Which report.")
@click.option("--format", "form", required=True, type=click.Choice(FORMATS), help="Kind of file.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File to write; for letters a new folder.")
@click.option("--period", default="", help="weekly, monthly, daily or FIRST..LAST; without it, the last seven days.")
@click.option("--before", default="", metavar="CAMPAIGN", help="Compare with it, not with that of the year before.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@json_wanted
def report(
    campaign: str, kind: str, form: str, out: Path, period: str, before: str, force: bool, as_json: bool
) -> None:
    """Write a report about CAMPAIGN: an official document (docx, pdf) or its figures (xlsx)."""
    with opened() as (database, settings):
        if out.exists() and (kind in FOLDERS or not force):
            refuse([Fault("file_there", "--out", {"found": str(out)})])
        with database.reading() as session:
            for code in filter(None, (campaign, before)):
                if campaigns.campaign(session, code) is None:
                    refuse([unknown_campaign(session, code)])
        try:
            with progress("Writing the report", STEPS) as advance:
                files = KINDS[kind](database, settings, Asked(campaign, kind, form, period, before), advance)
        except reporting.LetterheadError as error:
            refuse(error.faults)
        except TemplateError as error:
            refuse([Fault(error.code, "WORD_TEMPLATE", error.facts)])
    if kind in FOLDERS:
        put_all(out, files, form)
    else:
        put(out, files[sipas_reports.ONE])
    size = sum(map(len, files.values()))
    if as_json:
        answer({"ok": True, "file": str(out), "bytes": size} | ({"files": len(files)} if kind in FOLDERS else {}))
    else:
        say("The report is in {file}.", file=out)


def put_all(out: Path, files: Files, form: str) -> None:
    """Write a folder of files, whole or not at all."""
    draft = out.with_name(f".{out.name}.unfinished")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        for name, content in files.items():
            (draft / f"{name}.{form}").write_bytes(content)
        draft.rename(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


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
