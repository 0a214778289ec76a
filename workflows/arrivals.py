"""How many answers came in at each counter, half hour by half hour: noted when the clock counts new answers.

The transaction that stores an answer has nothing to do with it, so it grows no slower and nobody waits for a counter's
row; and as the number is written in a transaction of its own, no row of it names that of a response on PostgreSQL.
The clock counts each minute: that is when these answers arrived, unless it stood still or a sheet was taken in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from store.database import Database
from store.queries import campaigns, job_runs, quality
from store.queries.responses import STREAMS, Found

KEPT_FOR = timedelta(days=7)
CLOCK_STOOD = timedelta(minutes=10)  # counts of longer than this are of no half hour
SLOT = timedelta(minutes=30)
STREAM_OF, COUNTER_OF = 1, 3  # columns of `responses.cells`


def arrived(rows: Iterable[Found]) -> Counter[int]:
    """How many open answers of each counter are among these."""
    return Counter(row[COUNTER_OF] for row in rows if row[STREAM_OF] == STREAMS[0] and row[COUNTER_OF])


def half_hour(moment: datetime) -> datetime:
    """The beginning of the half hour of a moment.

    >>> half_hour(datetime(2026, 11, 23, 9, 44, 12, tzinfo=UTC)).isoformat()
    '2026-11-23T09:30:00+00:00'
    """
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)


def note(database: Database, campaign: str, came: Counter[int], now: datetime | None = None) -> bool:
    """Note when these answers came in; False where nobody can tell, and nothing is noted."""
    if not came:
        return False
    with database.writing() as session:
        moment = now or job_runs.now_there(session.connection())
        row = campaigns.campaign(session, campaign)
        if row is None or not is_known(session, campaign, moment):
            return False
        quality.count_arrivals(session, row.id, half_hour(moment.astimezone(UTC)), came)
    return True


def is_known(session: Session, campaign: str, now: datetime) -> bool:
    """Whether what was just counted came in just now: the clock counted a while ago, and no sheet came since."""
    last = job_runs.last_done(session.connection(), "tally")
    if last is None or now - last.started_at > CLOCK_STOOD:
        return False
    return not quality.imported_since(session, campaign, last.started_at)
