"""`hailong user …`: who may sign in to the office."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from cli.sheets import ACTOR, json_wanted
from cli.terminal import answer, opened, refuse, say, table
from runtime.words import LANGUAGES
from store.queries import accounts as kept
from store.queries import units
from survey.faults import Fault, shown
from survey.rights import ROLES
from workflows import accounts

COLUMNS = ("address", "name", "roles", "state")


@click.group()
def user() -> None:
    """Who may sign in to the office."""


@user.command("add")
@click.argument("address")
@click.option("--name", required=True, help="The name that colleagues know.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the person may do.")
@click.option("--unit", default="", help="Code of the unit, for roles that are held for one.")
@click.option("--language", "speaks", type=click.Choice(LANGUAGES), default="vi", show_default=True)
@json_wanted
def add(address: str, name: str, role: str, unit: str, speaks: str, as_json: bool) -> None:
    """Add somebody, and print the link by which a password is set; it can be used once, within three days."""
    with opened() as (database, settings), database.writing(in_turn=True) as session:
        code = accounts.invite(session, address, name, role, unit, datetime.now(UTC), ACTOR, speaks)
        if not isinstance(code, str):
            session.rollback()
            refuse(code)
    link = f"{settings.office_url}/welcome/{code}"
    if as_json:
        answer({"ok": True, "link": link})
        return
    say("Give this link to {name}; it can be used once, within three days:", name=name)
    click.echo(link)


@user.command("list")
@json_wanted
def list_all(as_json: bool) -> None:
    """Everybody who has or had an account."""
    with opened() as (database, _), database.reading() as session:
        codes = {row.id: row.code for row in units.units(session)}
        found = [
            {
                "address": row.email,
                "name": row.name,
                "roles": [
                    f"{grant.role}:{codes[grant.unit_id]}" if grant.unit_id in codes else grant.role
                    for grant in kept.grants(session, row.id)
                ],
                "state": "disabled" if row.disabled_at else "active" if row.password else "invited",
            }
            for row in kept.accounts(session)
        ]
    if as_json:
        answer(found)
    else:
        table(COLUMNS, ([row["address"], row["name"], " ".join(row["roles"]), row["state"]] for row in found))


@user.command("disable")
@click.argument("address")
@json_wanted
def disable(address: str, as_json: bool) -> None:
    """Let ADDRESS sign in no more; where that person is signed in, it ends at once."""
    with opened() as (database, _), database.writing(in_turn=True) as session:
        row = accounts.disable(session, address, datetime.now(UTC), ACTOR)
        if isinstance(row, Fault):
            session.rollback()
            refuse([row])
    if as_json:
        answer({"ok": True, "address": row.email, "state": "disabled"})
    else:
        say("{address} can sign in no more.", address=row.email)


@user.command("reset")
@click.argument("address")
@json_wanted
def reset(address: str, as_json: bool) -> None:
    """Print a new link for ADDRESS; password, telephone and recovery codes of before work no more."""
    with opened() as (database, settings), database.writing(in_turn=True) as session:
        row = kept.account(session, address.strip().lower())
        code = (
            accounts.reset(session, row, datetime.now(UTC), ACTOR)
            if row is not None
            else Fault("unknown_account", "email", {"found": shown(address)})
        )
        if isinstance(code, Fault):
            session.rollback()
            refuse([code])
    link = f"{settings.office_url}/welcome/{code}"
    if as_json:
        answer({"ok": True, "link": link})
        return
    say("{address} has a new link; password, telephone and recovery codes of before work no more:", address=address)
    click.echo(link)
