"""`python -m scheduler` with short periods, which dies where it is told to: `python -m tests.faults.short_clock`.

CLOCK_JOBS names the set of jobs; CLOCK_DIES_AT the point and a folder, which remembers that somebody died there.
"""

from __future__ import annotations

import os
import random
import runpy
import signal
import threading
import time as ticking
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from scheduler import jobs
from store.database import Database
from store.queries import mails
from workflows import clock, mail, postman
from workflows.clock import Effect, Facts, Job, Moment, Step
from workflows.periods import Daily, Every, Monthly, Weekly, When

LIFE_S = 3.0
REPORT = "summary"
INSERT = text("INSERT INTO clock_effect (job, period, process) VALUES (:job, :period, :process)")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a step works, and how long its effect is under way, at most."""

    step_s: float = 0.0
    effect_s: float = 0.0


def effect_of(name: str, pace: Pace = Pace(), inner: Step | None = None, *, letter: bool = False) -> Step:
    """The step of a job whose effect is one row, and what an inner step or a mail adds."""

    def step(database: Database, moment: Moment) -> Effect:
        ticking.sleep(random.uniform(0, pace.step_s))
        die_at("step", name)
        also = inner(database, moment) if inner is not None else clock.nothing

        def effect(session: Session) -> Facts:
            session.info["job"] = name
            session.execute(INSERT, {"job": name, "period": moment.period.name, "process": os.getpid()})
            if letter:
                write_letter(session, moment)
            ticking.sleep(random.uniform(0, pace.effect_s))
            die_at("effect", name)
            return also(session)

        return effect

    return step


def write_letter(session: Session, moment: Moment) -> None:
    """Queue a mail about the period."""
    [to] = mails.recipients(session, REPORT)
    subject = f"Kỳ {moment.period.name}"
    mail.queue(session, to, subject, "Kính gửi Ông/Bà.", [], moment.now, moment.period.name)


def die_at(point: str, job: str = "") -> None:
    """Die as if killed, where this is the chosen point and nobody has died there yet."""
    asked, _, folder = os.environ.get("CLOCK_DIES_AT", "").partition("@")
    if asked not in (point, f"{point}:{job}"):
        return
    try:
        (Path(folder) / asked.replace(":", "-")).touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def beat(name: str, seconds: int, catch_up: clock.CatchUp, pace: Pace = Pace(), *, letter: bool = False) -> Job:
    """A job that beats every so many seconds."""
    return Job(name, "Beats.", Every(seconds), catch_up, effect_of(name, pace, letter=letter))


def real(name: str, when: When) -> Job:
    """A job of the clock's own table, more often."""
    found = next(job for job in jobs.JOBS if job.name == name)
    return replace(found, when=when, step=effect_of(name, inner=found.step))


def own(name: str, when: When, catch_up: clock.CatchUp, *, letter: bool = False) -> Job:
    """A job by the calendar."""
    return Job(name, "Comes round.", when, catch_up, effect_of(name, letter=letter))


AT = time(8, 30)
BEATS = (
    beat("each", 2, "each"),
    beat("slow", 3, "each", Pace(0.8, 0.4)),
    beat("letters", 3, "each", Pace(0.1, 0.1), letter=True),
    beat("once", 2, "once", Pace(0.2, 0.0)),
    beat("skip", 5, "skip"),
    real("tally", Every(2)),
    real("batch", Every(3)),
    real("mail", Every(2)),
)
CALENDAR = (
    own("day-each", Daily(AT), "each"),
    own("day-once", Daily(AT), "once"),
    own("day-skip", Daily(AT), "skip"),
    own("day-letter", Daily(AT), "each", letter=True),
    own("week", Weekly(3, AT), "once"),
    own("month", Monthly(15, AT), "each"),
    real("mail", Every(2)),
)
DOWNTIME = (*CALENDAR, beat("once", 20, "once"), beat("skip", 30, "skip"), real("tally", Every(60)))
POST = (real("mail", Every(1)),)
SETS = {"beats": BEATS, "calendar": CALENDAR, "downtime": DOWNTIME, "post": POST}


def smtp_post(*words: str, make: Callable[..., mail.Post] = postman.smtp_post, **more: str) -> mail.Post:
    """The post over SMTP, which may die once a mail is claimed, or once the server has taken it."""
    send = make(*words, **more)

    def post(letter: mail.Letter) -> None:
        die_at("claimed")
        send(letter)
        die_at("taken")

    return post


def committed(session: Session) -> None:
    """Die once the effect of a job is written for good, and nobody knows it yet."""
    if "job" in session.info:
        die_at("committed", session.info["job"])


def wait(seconds: float) -> None:
    """Sleep."""
    threading.Event().wait(seconds)


def main() -> None:
    """Run the clock with these jobs, ten times as hastily."""
    event.listen(Session, "after_commit", committed)
    clock.LEASE_LIFE = timedelta(seconds=LIFE_S)
    clock.TRY_AGAIN = (timedelta(seconds=1), timedelta(seconds=2))
    mail.CLAIMED, mail.SHORTEST = timedelta(seconds=4), timedelta(seconds=1)
    postman.smtp_post = smtp_post  # type: ignore[assignment]
    jobs.JOBS = SETS[os.environ["CLOCK_JOBS"]]
    jobs.TIMES = {}
    if (
        "FAKETIME_TIMESTAMP_FILE" in os.environ
    ):  # libfaketime 0.9.10 mistakes sleeping until a moment that it leaves true
        ticking.sleep = wait  # type: ignore[assignment]
    runpy.run_module("scheduler", run_name="__main__")


if __name__ == "__main__":
    main()
