"""`hailong recipients …`: who gets which report by mail."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from cli.sheets import ACTOR, json_wanted
from cli.terminal import answer, language, opened, refuse, say, table
from runtime.words import LANGUAGES, translate
from store.models.mail import RecipientRow
from store.queries import mails
from survey.faults import Fault, shown
from workflows import bound_chats, mail
from workflows.calendars import bodies_fault

COLUMNS = ("report", "unit", "address", "name", "language", "since", "until")

of_unit = click.option("--unit", default="", help="The list of this unit (report tasks): reminders of what it leads.")


@click.group()
def recipients() -> None:
    """Who gets which report by mail."""


@recipients.command("add")
@click.argument("report")
@click.argument("address", required=False, default="")
@click.option("--chat", is_flag=True, help="Print a code instead: the chat in which it is typed gets the main figures.")
@click.option("--name", default="", help="Whose address it is.")
@click.option("--language", "speaks", type=click.Choice(LANGUAGES), default="vi", show_default=True)
@of_unit
@json_wanted
def add(report: str, address: str, chat: bool, name: str, speaks: str, unit: str, as_json: bool) -> None:
    """Put ADDRESS on the list of REPORT: summary, daily, tasks or sipas."""
    if chat and (address or unit):
        raise click.UsageError(translate("With --chat there is neither an address nor a unit.", language()))
    if chat:
        invited(report, name, as_json)
        return
    if not address:
        raise click.UsageError(translate("Give an address, or --chat.", language()))
    with opened() as (database, _), database.writing(in_turn=True) as session:
        unknown = bodies_fault(session, unit) if unit else None
        row = mail.add_recipient(session, report, address, name, speaks, datetime.now(UTC), ACTOR, unit)
        faults = [fault for fault in (row, unknown) if isinstance(fault, Fault)]
        if faults or isinstance(row, Fault):
            session.rollback()
            refuse(faults)
        found = described(row)
    told(found, "{address} gets the report {report} from now on.", as_json)


def invited(report: str, name: str, as_json: bool) -> None:
    """Print a code that binds a chat to a list."""
    with opened() as (database, _), database.writing(in_turn=True) as session:
        code = bound_chats.invite(session, report, name, datetime.now(UTC), ACTOR)
        if isinstance(code, Fault):
            session.rollback()
            refuse([code])
    if as_json:
        answer({"ok": True, "report": report, "code": code})
    else:
        say(
            "The code is {code}. Whoever sends it to the bot within an hour gets the report {report} there.",
            code=code,
            report=report,
        )


@recipients.command("list")
@json_wanted
def list_all(as_json: bool) -> None:
    """Every recipient by report, also those who have left a list."""
    with opened() as (database, _), database.reading() as session:
        found = [described(row) for row in mails.recipients(session, left=True)]
    if as_json:
        answer(found)
    else:
        table(COLUMNS, ([row[name] for name in COLUMNS] for row in found))


@recipients.command("remove")
@click.argument("report")
@click.argument("address")
@of_unit
@json_wanted
def remove(report: str, address: str, unit: str, as_json: bool) -> None:
    """Take ADDRESS off the list of REPORT; mails that wait for it are not sent."""
    with opened() as (database, _), database.writing(in_turn=True) as session:
        row = mails.recipient(session, mail.list_name(report, unit), address.strip())
        if row is None or row.left_at is not None:
            facts = {"found": shown(address), "report": mail.list_name(report, unit)}
            refuse([Fault("unknown_recipient", "ADDRESS", facts)])
        mail.leave(session, row.id, datetime.now(UTC), ACTOR)
        found = described(row)
    told(found, "{address} gets the report {report} no more.", as_json)


def described(row: RecipientRow) -> dict[str, str | None]:
    """A recipient as plain data."""
    return {
        "report": row.report.partition(":")[0],
        "unit": mail.unit_of_list(row.report),
        "address": "" if row.address.startswith(bound_chats.WAITING) else row.address,
        "name": row.name,
        "language": row.language,
        "since": row.added_at.isoformat(timespec="seconds"),
        "until": row.left_at.isoformat(timespec="seconds") if row.left_at else None,
    }


def told(found: dict[str, str | None], sentence: str, as_json: bool) -> None:
    """What became of a recipient."""
    if as_json:
        answer({"ok": True, **found})
    else:
        name = mail.list_name(str(found["report"]), found["unit"] or "")
        say(sentence, address=found["address"], report=name)
