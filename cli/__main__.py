"""`hailong`: every command, in one table."""

from __future__ import annotations

import sys

import click
from sqlalchemy.exc import SQLAlchemyError

import runtime.threads  # noqa: F401 - before numpy is loaded, further down
from cli import (
    campaigns,
    counters,
    database,
    doctor,
    indices,
    posters,
    processes,
    questionnaires,
    responses,
    strata,
    units,
)
from cli.terminal import REFUSED, say
from runtime.settings import SettingsError
from scoring.frames import ScoringError

COMMANDS: tuple[click.Command, ...] = (
    database.init,
    database.demo,
    processes.run,
    doctor.doctor,
    questionnaires.questionnaire,
    units.units,
    campaigns.campaign,
    counters.counters,
    posters.qr,
    strata.strata,
    responses.responses,
    indices.index,
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
    try:
        hailong()
    except SettingsError as error:
        for name, reason in error.faults:
            click.echo(f"{name}: {reason}", err=True)
        sys.exit(REFUSED)
    except ScoringError as error:
        say(
            "The index cannot be worked out: {reason}. Check the strata of the campaign and import them again.",
            reason=error,
        )
        sys.exit(REFUSED)
    except SQLAlchemyError as error:
        say(
            "The database could not be used: {reason} Check DATABASE_URL and try again.",
            reason=str(getattr(error, "orig", None) or error).strip() + ".",
        )
        sys.exit(REFUSED)
    except OSError as error:
        say(
            "{file} cannot be used: {reason}.",
            file=error.filename or "–",
            reason=error.strerror or type(error).__name__,
        )
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
