"""Run the clock: `python -m scheduler`. APScheduler is the ticker; what is due stands in the database."""

from __future__ import annotations

import signal
import sys
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy.exc import SQLAlchemyError

import runtime.threads  # noqa: F401 - before numpy is loaded, further down
from runtime.logs import set_up_logs
from runtime.settings import Settings, SettingsError, read_settings
from scheduler.jobs import JOBS, Job
from store.database import Database, open_database

log = structlog.get_logger()


def run(job: Job, database: Database, settings: Settings) -> None:
    """Do one job and write one line; a database that is away is tried again at the next tick."""
    try:
        done = job.step(database, settings.zone)
    except SQLAlchemyError as error:
        log.error("job_failed", job=job.name, error=type(error).__name__)
        return
    if done:
        log.info("job_done", job=job.name, done=done)


def main() -> None:
    """Tick until told to stop; a job that runs is finished first."""
    try:
        settings = read_settings()
    except SettingsError as error:
        for name, reason in error.faults:
            sys.stderr.write(f"{name}: {reason}\n")
        sys.exit(1)
    set_up_logs(settings.log_format)
    database = open_database(settings.database_url, pool_size=2)
    ticker = BlockingScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for job in JOBS:
        ticker.add_job(
            run,
            "interval",
            seconds=job.every_s,
            args=(job, database, settings),
            id=job.name,
            next_run_time=datetime.now(UTC),
        )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop by either signal as by Ctrl-C
    try:
        ticker.start()
    except KeyboardInterrupt:
        for again in (signal.SIGINT, signal.SIGTERM):  # a second one must not cut off the job that is waited for
            signal.signal(again, signal.SIG_IGN)
        ticker.shutdown(wait=True)
    finally:
        database.close()


if __name__ == "__main__":
    main()
