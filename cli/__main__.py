"""`hailong`: every command, in one table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

import runtime.threads  # noqa: F401 - before numpy is loaded, further down
from cli import (
    audit,
    backups,
    campaigns,
    counters,
    database,
    doctor,
    indices,
    jobs,
    kiosks,
    posters,
    processes,
    publications,
    quality,
    questionnaires,
    recipients,
    reports,
    responses,
    strata,
    tasks,
    units,
    users,
)
from cli.terminal import REFUSED, WRONG_USAGE, answer, language, tell_wrong
from runtime.settings import SettingsError
from runtime.words import translate
from scoring.frames import ScoringError

NO_INDEX = "The index cannot be worked out: {reason}. Check the strata of the campaign and import them again."
NO_DATABASE = "The database could not be used: {reason} Check DATABASE_URL and try again."
NO_FILE = "{file} cannot be used: {reason}."

COMMANDS: tuple[click.Command, ...] = (
    database.init,
    database.demo,
    processes.run,
    doctor.doctor,
    questionnaires.questionnaire,
    units.units,
    campaigns.campaign,
    counters.counters,
    kiosks.kiosk,
    posters.qr,
    strata.strata,
    responses.responses,
    indices.index,
    quality.quality,
    reports.report,
    recipients.recipients,
    publications.publish_campaign,
    backups.backup,
    backups.restore,
    jobs.jobs,
    tasks.tasks,
    users.user,
    audit.audit,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="hailong")
def hailong() -> None:
    """Hài lòng: measure how satisfied people are with a province's administration.

    Leaves with 0 when done, 1 when refused (cause and cure on standard error), 2 when called wrongly.
    """


for command in COMMANDS:
    hailong.add_command(command)


def main() -> None:
    """The console script."""
    for word in sys.argv[1:]:
        if not is_text(word) and not Path(word).exists():
            click.echo(f"Error: {word!a}: UTF-8.", err=True)
            sys.exit(WRONG_USAGE)
    try:
        hailong()
    except SettingsError as error:
        leave([(name, error.code, reason) for name, reason in error.faults])
    except ScoringError as error:
        leave([("", error.code, translate(NO_INDEX, language()).format(reason=error))])
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip() + "."
        leave([("", "database", translate(NO_DATABASE, language()).format(reason=reason))])
    except OSError as error:
        facts = {"file": error.filename or "–", "reason": error.strerror or type(error).__name__}
        leave([("", "file", translate(NO_FILE, language()).format(**facts))])


def leave(wrong: Sequence[tuple[str, str, str]]) -> NoReturn:
    """Tell place, code and sentence of everything that keeps any command from its work, and leave."""
    if "--json" in sys.argv[1:]:
        told = [dict(zip(("where", "code", "message"), each, strict=True)) for each in wrong]
        answer({"ok": False, "faults": told})
    for where, _, sentence in wrong:
        tell_wrong(where, sentence)
    sys.exit(REFUSED)


def is_text(word: str) -> bool:
    """Whether a word of the command line is text; the terminal may hand over any bytes."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    main()
