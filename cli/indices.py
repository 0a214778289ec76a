"""`hailong index …`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from cli.sheets import json_wanted
from cli.terminal import answer, language, opened, refuse, say, table
from scoring.satisfaction import printed
from store.queries import campaigns
from survey.faults import Fault
from workflows import tally
from workflows.index import document


@click.command()
@click.argument("campaign")
@click.option("--method", type=click.Choice(["M1", "M2", "M3"]), help="Instead of the campaign's own.")
@click.option("--grouping", type=click.Choice(["G1", "G2", "G3"]), help="Instead of the campaign's own.")
@click.option("--recount", is_flag=True, help="Count every response from scratch and compare with the kept tallies.")
@json_wanted
def index(campaign: str, method: str | None, grouping: str | None, recount: bool, as_json: bool) -> None:
    """Work out the satisfaction index of CAMPAIGN from its tallies, up to the last answer.

    Figures for the officer at this terminal; the public page moves on in batches.
    """
    with opened() as (database, _):
        with database.reading() as session:
            if campaigns.campaign(session, campaign) is None:
                refuse([Fault("unknown_campaign", campaign, {"found": campaign})])
        tally.fold(database, campaign)
        if recount:
            with database.snapshot() as session:
                counted = tally.recount(session, campaign)
            if counted.different:
                refuse([Fault("tally_differs", str(tuple(key)), {}) for key in counted.different])
            say(
                "Counted {responses} responses in {cells} cells again: the same numbers.",
                responses=counted.responses,
                cells=counted.cells,
            )
        with database.reading() as session:
            found = document(session, campaign, datetime.now(UTC), method=method, grouping=grouping)
    if as_json:
        answer(found)
    else:
        show(found)


def show(found: dict[str, Any]) -> None:
    """The overall figures as a table."""
    rows = [figure for figure in found["figures"] if figure["item"] == "overall"]
    table(
        ("scope", "code", "stream", "aggregation", "value", "from", "to", "answers", "state"),
        (
            (
                row["scope"],
                row["code"],
                row["stream"],
                row["aggregation"],
                *(percent(row[name]) for name in ("value", "low", "high")),
                row["n"],
                row["state"],
            )
            for row in rows
        ),
    )


def percent(value: float | None) -> str:
    """A percentage with two decimals, or nothing."""
    return "" if value is None else printed(value, 2, language())
