"""`hailong quality`: what stands out in a campaign's answers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cli.sheets import ACTOR, json_wanted, sheet_of
from cli.terminal import answer, opened, refuse, say, table
from store.queries import campaigns
from survey.faults import Fault
from workflows import tally
from workflows.quality import Flagged, flagged, look
from workflows.quality_dossiers import import_dossiers

COLUMNS = ("flag", "rule", "unit", "counter", "day", "score", "threshold", "state")


@click.command()
@click.argument("campaign")
@click.option(
    "--dossiers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="First take in this sheet of finished dossiers (unit, counter, day, dossiers).",
)
@json_wanted
def quality(campaign: str, dossiers: Path | None, as_json: bool) -> None:
    """Run the rules of data quality over CAMPAIGN and list its flags; nothing is deleted or set aside by it."""
    now = datetime.now(UTC)
    sheet = sheet_of(dossiers) if dossiers else None
    with opened() as (database, settings):
        with database.writing(in_turn=True) as session:
            row = campaigns.campaign(session, campaign)
            if row is None:
                refuse([Fault("unknown_campaign", campaign, {"found": campaign})])
            taken = import_dossiers(session, campaign, sheet, actor=ACTOR, now=now) if sheet else None
            if isinstance(taken, tuple):
                session.rollback()
                refuse(taken)
        tally.fold(database, campaign)
        fresh = look(database, campaign, now, settings.zone)
        with database.reading() as session:
            found = flagged(session, row.id)
    if as_json:
        answer({"ok": True, "new": fresh, "flags": [as_data(each) for each in found]})
        return
    table(COLUMNS, (tuple(as_data(each).values()) for each in found))
    say("{flags} flags, {new} of them new.", flags=len(found), new=fresh)


def as_data(found: Flagged) -> dict[str, Any]:
    """A flag as plain data, in the order of the columns."""
    flag, standing = found.flag, found.standing
    return {
        "flag": flag.id,
        "rule": flag.rule,
        "unit": found.unit.code,
        "counter": found.counter,
        "day": flag.on_day,
        "score": f"{flag.score:.4g}",
        "threshold": f"{flag.threshold:g}",
        "state": standing.outcome or ("proposed" if standing.proposed else "open"),
    }
