"""Run the clock: `python -m scheduler`. APScheduler ticks; what is due, and who leads, stand in the database."""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

import runtime.threads  # noqa: F401 - before numpy is loaded, further down
from runtime.logs import set_up_logs
from runtime.settings import Settings, settings_or_leave
from scheduler.jobs import JOBS, jobs_of
from store.database import Database, open_database
from workflows.clock import (
    LEASE_LIFE,
    Job,
    Leader,
    OwnWritingError,
    give_lead_back,
    rehearse,
    run_by_hand,
    run_due,
    take_lead,
)
from workflows.clock_standing import standings

log = structlog.get_logger()
LOOK_S = 1  # how often it is looked whether a job is due
LEADS_IN_LIFE = 6  # how often the lead is prolonged, or asked for, while it lasts


@dataclass(slots=True)
class Clock:
    """One process of the clock; `leader` is None while another leads. Who is gone is followed after one `life`."""

    database: Database
    settings: Settings
    holder: str
    life: timedelta = LEASE_LIFE
    leader: Leader | None = None


def lead(clock: Clock) -> None:
    """Take or prolong the lead; whoever cannot ask does not lead."""
    try:
        found = take_lead(clock.database, clock.holder, clock.life)
    except Exception as error:  # noqa: BLE001 - the next tick asks again
        log.error("lead_unknown", error=type(error).__name__)
        clock.leader = None
        return
    if found is not None and clock.leader is None:
        log.info("leads", fence=found.fence)
    clock.leader = found


def look(clock: Clock, job: Job) -> None:
    """Do one job if it is due, and write one line for what came of it."""
    leader = clock.leader
    if leader is None:
        return
    try:
        for ran in run_due(clock.database, job, leader, clock.settings):
            if ran.outcome == "fenced":
                log.warning("job_fenced", job=job.name, period=ran.period, fence=leader.fence)
            if ran.facts and set(ran.facts.values()) != {"0"}:
                log.info("job_done", job=job.name, period=ran.period, outcome=ran.outcome, **ran.facts)
    except Exception as error:  # noqa: BLE001 - written down as the job's trouble, and tried again
        log.error("job_failed", job=job.name, error=type(error).__name__)


def ticker(clock: Clock, jobs: Sequence[Job]) -> BackgroundScheduler:
    """The ticker, with one beat a job and one for the lead."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # else it warns each second of a job that takes longer
    found = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(len(jobs) + 1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    now = datetime.now(UTC)
    seconds = clock.life.total_seconds() / LEADS_IN_LIFE
    found.add_job(lead, "interval", seconds=seconds, args=(clock,), id="lead", next_run_time=now)
    for job in jobs:
        found.add_job(look, "interval", seconds=LOOK_S, args=(clock, job), id=job.name, next_run_time=now)
    return found


def wake(beats: BackgroundScheduler, longest: timedelta) -> None:
    """Let beats that lie further off than any should go at once: the clock was ahead and has been set back.

    The ticker goes by the clock on the wall, and would else sleep for as long as that was ahead.
    """
    now = datetime.now(UTC)
    for beat in beats.get_jobs():
        if beat.next_run_time > now + longest:
            beat.modify(next_run_time=now)


def main() -> None:
    """Tick until told to stop, or with an option do one thing for a person and leave."""
    parser = argparse.ArgumentParser(prog="python -m scheduler", description=__doc__)
    parser.add_argument("--list", action="store_true", help="how each job stands, as JSON")
    parser.add_argument("--run", metavar="NAME", choices=[job.name for job in JOBS], help="do this job now")
    parser.add_argument("--dry-run", action="store_true", help="with --run: only say what it would do")
    options = parser.parse_args()
    settings = settings_or_leave()
    set_up_logs(settings.log_format)
    database = open_database(settings.database_url, pool_size=len(JOBS) + 1)
    if options.list:
        tell([asdict(standing) for standing in standings(database, jobs_of(settings), settings)])
    elif options.run:
        tell(by_hand(database, settings, options.run, dry=options.dry_run))
    else:
        holder = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        tick(Clock(database, settings, holder), jobs_of(settings))
    database.close()


def tell(found: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(found, ensure_ascii=False, default=str) + "\n")


def by_hand(database: Database, settings: Settings, name: str, *, dry: bool) -> dict[str, object]:
    """What a job did, or would do."""
    job = next(job for job in jobs_of(settings) if job.name == name)
    try:
        if dry:
            return {"job": name, "outcome": "rehearsed", "facts": rehearse(database, job, settings)}
        return asdict(run_by_hand(database, job, settings))
    except OwnWritingError as error:
        return {"job": name, "outcome": error.code, "facts": {}}


def tick(clock: Clock, jobs: Sequence[Job]) -> None:
    """Tick until told to stop; a job that runs is finished first."""
    told_to_stop: list[int] = []
    for each in (signal.SIGINT, signal.SIGTERM):  # a second one must not cut off the job that is waited for
        signal.signal(each, lambda number, _: told_to_stop.append(number))
    lead(clock)
    beats = ticker(clock, jobs)
    beats.start()
    while not told_to_stop:
        time.sleep(LOOK_S)
        wake(beats, clock.life)
    beats.shutdown(wait=True)
    if clock.leader is not None:
        give_lead_back(clock.database, clock.holder)


if __name__ == "__main__":
    main()
