"""`hailong kiosk …`: tablets at counters."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from cli.sheets import ACTOR, json_wanted
from cli.terminal import answer, opened, refuse, say, table
from store.queries import kiosks as kept
from survey.counter_codes import spoken
from survey.faults import Fault
from workflows import kiosks

COLUMNS = ("number", "name", "counter", "address", "state")


@click.group()
def kiosk() -> None:
    """Tablets at counters."""


@kiosk.command("add")
@click.argument("counter")
@click.option("--name", default="", help="What staff call the tablet.")
@json_wanted
def add(counter: str, name: str, as_json: bool) -> None:
    """Add a tablet to COUNTER, and print the code to register it by within a day and the PIN to leave it with."""
    now = datetime.now(UTC)
    with opened() as (database, settings), database.writing() as session:
        added = kiosks.add(session, counter, name, secret=settings.secret_key, actor=ACTOR, now=now)
        if isinstance(added, Fault):
            refuse([added])
        address = f"{settings.public_url.rstrip('/')}/k/{added.counter}"
    if as_json:
        answer({"ok": True, "number": added.number, "address": address, "code": added.code, "pin": added.pin})
        return
    say("Open {address} on the tablet, touch “For staff” and type:", address=address)
    click.echo(spoken(added.code))
    say("The PIN that the tablet is left with; it is told this once:")
    click.echo(added.pin)


@kiosk.command("list")
@json_wanted
def list_all(as_json: bool) -> None:
    """Every tablet with its counter."""
    with opened() as (database, settings), database.reading() as session:
        found = [
            {
                "number": row.id,
                "name": row.name,
                "counter": counter.code,
                "address": f"{settings.public_url.rstrip('/')}/k/{counter.code}",
                "state": "revoked" if row.revoked_at else "registered" if row.registered_at else "added",
            }
            for row, counter in kept.kiosks(session)
        ]
    if as_json:
        answer(found)
    else:
        table(COLUMNS, ([row[name] for name in COLUMNS] for row in found))


@kiosk.command("revoke")
@click.argument("number", type=int)
@json_wanted
def revoke(number: int, as_json: bool) -> None:
    """Trust tablet NUMBER no more: it is lost, or was given back. Answers already given stay."""
    with opened() as (database, _), database.writing() as session:
        row = kiosks.revoke(session, number, actor=ACTOR, now=datetime.now(UTC))
        if isinstance(row, Fault):
            refuse([row])
    if as_json:
        answer({"ok": True, "number": number, "state": "revoked"})
    else:
        say("The tablet {number} is trusted no more.", number=number)
