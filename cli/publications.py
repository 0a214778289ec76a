"""`hailong publish`: freeze a campaign's figures under a number, with the folder from which anybody checks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from cli.sheets import ACTOR, dry, json_wanted
from cli.terminal import answer, language, opened, refuse, say
from runtime.words import translate
from survey.faults import Fault
from workflows.publications import Draft, Published, disagreements, draft, publish, told_of
from workflows.release import folder_fault, written

SURE = "Publish number {number} of {campaign} with {figures} figures? What is published stays for good."


@click.command("publish")
@click.argument("campaign")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="New or empty folder for the release.")
@click.option("--reason", default="", help="Why: needed for every publication after the first.")
@click.option("--embargo", type=click.DateTime(["%Y-%m-%d %H:%M"]), help="Nobody sees it before this local time.")
@click.option("--yes", is_flag=True, help="Do not ask: whoever runs this has agreed.")
@dry
@json_wanted
def publish_campaign(
    campaign: str, out: Path, reason: str, embargo: datetime | None, yes: bool, dry_run: bool, as_json: bool
) -> None:
    """Publish the locked CAMPAIGN: its figures are frozen, and the folder DIR lets anybody work them out again."""
    with opened() as (database, settings):
        until = None if embargo is None else embargo.replace(tzinfo=settings.zone)
        taken = folder_fault(out)
        ready = draft(
            database, campaign, settings, reason=reason, now=datetime.now(UTC), embargo=until, approved=True
        )  # fmt: skip
        if taken is not None or not isinstance(ready, Draft):
            refuse([*([] if taken is None else [taken]), *([] if isinstance(ready, Draft) else ready)])
        if not yes or dry_run:
            plan = rehearsed(ready, out)
            if dry_run:
                tell(plan, until, dry_run=True, as_json=as_json)
                return
            sure = translate(SURE, language()).format(**asdict(plan))
            click.confirm(sure, abort=True, err=True)
        done = sound(publish(database, ready, out, ACTOR))
    tell(done, until, dry_run=False, as_json=as_json)


def rehearsed(ready: Draft, out: Path) -> Published:
    """What would be published; everything is checked, and nothing is kept."""
    with TemporaryDirectory() as folder:
        wrong = disagreements(ready, written(ready.contents, Path(folder) / "release").folder)
    if wrong:
        refuse(wrong)
    return told_of(ready, out)


def sound(done: Published | Sequence[Fault]) -> Published:
    """The publication; leaves with the faults of one that was refused."""
    if not isinstance(done, Published):
        refuse(done)
    return done


def tell(done: Published, until: datetime | None, *, dry_run: bool, as_json: bool) -> None:
    """What was published, or would be."""
    if as_json:
        moment = None if until is None else until.isoformat(timespec="minutes")
        facts = asdict(done) | {"folder": str(done.folder), "embargo_until": moment}
        answer({"ok": True, "dry_run": dry_run, **facts})
        return
    facts = asdict(done)
    if dry_run:
        say("Publication {number} of {campaign} would tell {figures} figures; nothing was kept.", **facts)
    else:
        say("Publication {number} of {campaign} tells {figures} figures; its release is in {folder}.", **facts)
        say("SHA-256 for the minutes: {digest}", **facts)
    if done.held_back:
        say("{held_back} answers were left out: with so few new ones, each could be told from the change.", **facts)
    if until is not None:
        say("Nobody sees it before {moment}.", moment=f"{until:%H:%M %d/%m/%Y}")
