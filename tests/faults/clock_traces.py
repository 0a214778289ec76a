"""What the clock left behind: which periods were due, which took effect, and how often."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import func, insert, select, text

from store.database import Database
from store.models.chat import LeaseRow
from store.models.clock import JobRunRow
from store.models.collection import NONE, ResponseRow
from store.models.mail import MailRow
from store.queries import campaigns
from survey.document import encode
from tests.faults.clocks import Clocks
from tests.faults.short_clock import SETS
from tests.mail_server import Inbox
from tests.workflows.weeks import ZONE
from workflows import tally
from workflows.clock import Job
from workflows.periods import Every, Period, next_period, period_at
from workflows.places import questionnaire_of

SLACK = timedelta(seconds=6)
MESSAGE_ID = re.compile(rb"^Message-ID: <(.+?)@", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Work:
    """A set of jobs, and since when it is done."""

    jobs: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `again`: mails that a server took from a process which died before it wrote that down."""

    case: str
    seconds: float
    done: Counter[str]  # faults, by kind
    due: int
    written: int
    twice: int
    missing: int
    missed: str  # by job
    passed_over: int  # as the job's catch-up policy says
    without_note: int  # effects without a note, and the reverse
    fences: int
    fenced: int  # who came back and was refused
    out_of_turn: int  # effects of a former leader after those of a later one
    mails: int
    arrived: int
    lost: int
    again: int
    answers: int
    counted_alike: bool
    sound: bool
    ended_well: bool
    troubles: str
    strange: tuple[str, ...]

    def __str__(self) -> str:
        """One line of figures."""
        faults = ", ".join(f"{what} {count}" for what, count in sorted(self.done.items()))
        missing = f"{self.missing} ({self.missed})" if self.missing else "0"
        return (
            f"{self.case}: {self.seconds:.0f} s, {faults or 'no faults'}\n"
            f"    periods due {self.due}, effects written {self.written}, twice {self.twice}, missing {missing}, "
            f"passed over by policy {self.passed_over}, without a note {self.without_note}\n"
            f"    fences {self.fences}, refused by fence {self.fenced}, out of turn {self.out_of_turn}; "
            f"mails {self.mails}, arrived {self.arrived}, lost {self.lost}, again under their number {self.again}\n"
            f"    answers {self.answers}, counted alike {self.counted_alike}, sound {self.sound}, "
            f"ended well {self.ended_well}, troubles: {self.troubles or 'none'}{' '.join(('', *self.strange))}"
        )


def give(database: Database, before: int, count: int = 3) -> int:
    """So many more answers, which the clock is to count."""
    with database.writing() as session:
        row = campaigns.campaign(session, "thu")
        assert row is not None
        unit = campaigns.campaign_units(session, row.id)[0].unit_id
        whole = questionnaire_of(campaigns.questionnaire(session, row))
        codes, _ = encode(whole, {whole.items[0].code: whole.items[0].options[0].code})
        for number in range(before, before + count):
            session.execute(
                insert(ResponseRow).values(
                    id=f"{number:016}".encode(), campaign_id=row.id, questionnaire_id=row.questionnaire_id,
                    unit_id=unit, counter_id=NONE, stratum_id=NONE, stream="open", channel="web", language="vi",
                    assisted=False, day=row.opens, duration_s=60, codes=codes, words=None, state="valid", reason="",
                    external_id=str(number),
                )
            )  # fmt: skip
    return count


def written(database: Database) -> int:
    """How many effects there are."""
    with database.reading() as session:
        return session.scalar(text("SELECT count(*) FROM clock_effect")) or 0


def waiting(database: Database) -> int:
    """How many mails wait."""
    with database.reading() as session:
        found = select(func.count()).select_from(MailRow).where(MailRow.state == "waiting")
        return session.scalar(found) or 0


def effects(database: Database) -> Counter[tuple[str, str]]:
    """How often each period of a job took effect."""
    with database.reading() as session:
        return Counter((row.job, row.period) for row in session.execute(text("SELECT job, period FROM clock_effect")))


def due(job: Job, since: datetime, until: datetime) -> Iterator[Period]:
    """The periods of a job from the one that had fallen due at the start up to that moment."""
    found = period_at(job.when, since, ZONE)
    while found.due_at <= until:
        yield found
        found = next_period(job.when, found.due_at, ZONE)


def must(job: Job) -> bool:
    """Whether every period of that job must take effect: where each is made up for, and by the calendar."""
    return job.catch_up == "each" or not isinstance(job.when, Every)


def settled(database: Database, work: Work, now: datetime) -> bool:
    """Whether all that is due is dealt with."""
    found = effects(database)
    with database.reading() as session:
        noted = {(row.job, row.period) for row in session.execute(select(JobRunRow.job, JobRunRow.period))}
        waiting = (MailRow.state == "waiting") & (MailRow.created_at < now - SLACK)
        if session.scalar(select(func.count()).select_from(MailRow).where(waiting)):
            return False
    for job in SETS[work.jobs]:
        past = [each.name for each in due(job, work.since, now - SLACK)]
        if job.catch_up == "each" and any((job.name, name) not in found for name in past):
            return False
        if not isinstance(job.when, Every) and any((job.name, name) not in noted for name in past):
            return False
    return True


def looked_at(
    name: str, database: Database, work: Work, until: datetime, inbox: Inbox, clocks: Clocks, seconds: float
) -> Outcome:
    """Compare what was due with what took effect."""
    found = effects(database)
    names = {job.name for job in SETS[work.jobs]}
    demanded, passed = set(), set()
    for job in SETS[work.jobs]:
        past = {(job.name, each.name) for each in due(job, work.since, until)} - found.keys()
        (demanded if must(job) else passed).update(past)
    with database.reading() as session:
        runs = session.execute(select(JobRunRow.job, JobRunRow.period, JobRunRow.state)).all()
        skipped = {(row.job, row.period) for row in runs if row.state == "skipped"}
        noted = {(row.job, row.period) for row in runs if row.state == "done" and row.job in names}
        order = session.scalars(
            text(
                "SELECT fence FROM clock_effect JOIN job_run ON job_run.job = clock_effect.job "
                "AND job_run.period = clock_effect.period ORDER BY clock_effect.id"
            )
        ).all()
        fences = session.scalar(select(LeaseRow.fence).where(LeaseRow.name == "clock")) or 0
        mails = session.execute(select(MailRow.message_id, MailRow.state)).all()
        answers = session.scalar(select(func.count()).select_from(ResponseRow)) or 0
        sqlite = session.get_bind().dialect.name == "sqlite"
        sound = session.scalar(text("PRAGMA integrity_check")) == "ok" if sqlite else True
    tally.fold(database, "thu")
    with database.snapshot() as session:
        recount = tally.recount(session, "thu")
    arrived = Counter(match[1].decode() for raw in inbox.raw if (match := MESSAGE_ID.search(raw)))
    told = Counter(lines(clocks))
    return Outcome(
        case=name,
        seconds=seconds,
        done=Counter(clocks.done),
        due=len(found.keys() | demanded | passed),
        written=sum(found.values()),
        twice=sum(count - 1 for count in found.values()),
        missing=len(demanded - skipped),
        missed=", ".join(f"{job} {count}" for job, count in Counter(job for job, _ in demanded - skipped).items()),
        passed_over=len(passed | (demanded & skipped)),
        without_note=len(found.keys() ^ noted),
        fences=fences,
        fenced=told["job_fenced"],
        out_of_turn=sum(later < earlier for earlier, later in pairwise(order)),
        mails=len(mails),
        arrived=len(arrived),
        lost=sum(not arrived[row.message_id] or row.state != "sent" for row in mails),
        again=sum(count - 1 for count in arrived.values()),
        answers=answers,
        counted_alike=recount.different == () and recount.responses == answers,
        sound=sound,
        ended_well=clocks.ended_well,
        troubles=", ".join(f"{what} {count}" for what, count in sorted(told.items()) if what.startswith("job_failed")),
        strange=tuple(what for what in told if what.startswith("strange"))[:5],
    )


def lines(clocks: Clocks) -> Iterator[str]:
    """What the processes wrote, as events; a line that is none of theirs is strange."""
    for line in clocks.log.read_text(encoding="utf-8").splitlines():
        try:
            told = json.loads(line)
            yield f"{told['event']} {told['error']}" if "error" in told else told["event"]
        except ValueError:
            yield f"strange: {line[:120]}"
