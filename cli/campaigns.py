"""`hailong campaign …`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cli.sheets import ACTOR, dry, json_wanted
from cli.terminal import answer, language, opened, refuse, say, table
from store.models.campaigns import CampaignRow
from store.queries import campaigns
from survey.faults import Fault
from workflows import campaign_moves
from workflows.campaigns import create_from_file
from workflows.publications import lock, unlock


@click.group()
def campaign() -> None:
    """Create, show, open, close and lock campaigns."""


@campaign.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@dry
@json_wanted
def create(file: Path, dry_run: bool, as_json: bool) -> None:
    """Create a campaign as a draft from FILE (campaign.yaml), with the questionnaire that it names."""
    with opened() as (database, _), database.writing(in_turn=True) as session:
        made = create_from_file(session, file, ACTOR)
        if not isinstance(made, CampaignRow):
            session.rollback()
            refuse(made)
        found = described(made) | {"units": len(campaigns.campaign_units(session, made.id))}
        if dry_run:
            session.rollback()
    if as_json:
        answer(found)
    elif dry_run:
        say("Campaign {code} could be created with {units} units; nothing was kept.", **found)
    else:
        say("Campaign {code} was created as a draft with {units} units.", **found)


@campaign.command("list")
@json_wanted
def list_all(as_json: bool) -> None:
    """Every campaign with its state and days."""
    with opened() as (database, _), database.reading() as session:
        found = [described(row) for row in campaigns.campaigns(session)]
    if as_json:
        answer(found)
    else:
        table(("code", "state", "opens", "closes", "title"), ([row[key] for key in COLUMNS] for row in found))


COLUMNS = ("code", "state", "opens", "closes", "name")


@campaign.command()
@click.argument("code")
@json_wanted
def show(code: str, as_json: bool) -> None:
    """One campaign: what it asks, where, when, and how it is counted."""
    with opened() as (database, _), database.reading() as session:
        row = campaigns.campaign(session, code)
        if row is None:
            refuse([Fault("unknown_campaign", code, {"found": code})])
        version = campaigns.questionnaire(session, row)
        found = described(row) | {
            "questionnaire": f"{version.code} v{version.version}",
            "languages": row.languages,
            "units": len(campaigns.campaign_units(session, row.id)),
            "counters": len(campaigns.counters(session, row.id)),
            "method": f"{row.method} {row.grouping}",
            "results": row.results,
        }
    if as_json:
        answer(found)
    else:
        table(("name", "value"), found.items())


@campaign.command("open")
@click.argument("code")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Its new last day, as 2024-06-28.")
def open_campaign(code: str, until: datetime | None) -> None:
    """Open CODE: from now on, within its days, its counters take answers."""
    with opened() as (database, settings), database.writing(in_turn=True) as session:
        now, closes = datetime.now(UTC), until.date() if until else None
        today = now.astimezone(settings.zone).date()
        row = moved(campaign_moves.opened(session, code, closes, today=today, actor=ACTOR, now=now))
        over = row.closes if row.closes < today else None
    say("Campaign {code} is {state}.", code=code, state="open")
    if over:
        say("Its last day was {day}; give it a new one with --until.", day=f"{over:%d/%m/%Y}")


@campaign.command()
@click.argument("code")
@click.option("--yes", is_flag=True, help="Do not ask.")
def close(code: str, yes: bool) -> None:
    """Close CODE: it takes no more answers; early, it ends today. It can be opened again until it is locked."""
    if not yes:
        click.confirm(f"{code}?", abort=True, err=True)
    with opened() as (database, settings), database.writing(in_turn=True) as session:
        moved(campaign_moves.closed(session, code, datetime.now(settings.zone).date(), ACTOR))
    say("Campaign {code} is {state}.", code=code, state="closed")


@campaign.command("lock")
@click.argument("code")
@click.option("--yes", is_flag=True, help="Do not ask.")
def lock_campaign(code: str, yes: bool) -> None:
    """Lock the closed CODE: every answer is counted again from scratch, and nothing of it changes any more."""
    if not yes:
        click.confirm(f"{code}?", abort=True, err=True)
    with opened() as (database, _), database.writing(in_turn=True) as session:
        row = lock(session, code, ACTOR, datetime.now(UTC))
        if not isinstance(row, CampaignRow):
            session.rollback()
            refuse(row)
    say("Campaign {code} is {state}.", code=code, state="locked")


@campaign.command("unlock")
@click.argument("code")
@click.option("--reason", required=True, help="Why; it is written into the record of acts.")
def unlock_campaign(code: str, reason: str) -> None:
    """Unlock CODE to correct its data; what was published stays until the next publication says why it changed."""
    with opened() as (database, _), database.writing(in_turn=True) as session:
        moved(unlock(session, code, reason, ACTOR, datetime.now(UTC)))
    say("Campaign {code} is {state}.", code=code, state="closed")


def moved(row: CampaignRow | Fault) -> CampaignRow:
    """The campaign where it was moved to; refused where it could not be."""
    if isinstance(row, Fault):
        refuse([row])
    return row


def described(row: CampaignRow) -> dict[str, Any]:
    """A campaign as plain data."""
    return {
        "code": row.code,
        "title": row.title,
        "name": row.title.get(language()) or next(iter(row.title.values())),
        "year": row.year,
        "kind": row.kind,
        "basis": row.basis,
        "state": row.state,
        "opens": row.opens.isoformat(),
        "closes": row.closes.isoformat(),
    }
