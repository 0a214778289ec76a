"""That a form was opened, and where one stopped that was never sent: whole numbers of days, and nothing of anybody.

An opening is counted in the web process and written a little later, for who only looks writes nothing; a stop is
counted as the form is deleted, in the same transaction.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database
from store.queries import collection, funnel
from store.queries.collection import Expired
from store.queries.funnel import Opened, Stopped
from survey.conversation import State
from survey.journey import pages, plan
from survey.questionnaire import Questionnaire
from survey.state import StateError, state_from_json
from workflows.callers import CHAT_LIFE
from workflows.collect import CONVERSATION_LIFE
from workflows.places import BrokenInstrumentError, Place, read_definition, shortened

log = structlog.get_logger()
WRITTEN_AFTER_S = 30.0


class Openings:
    """How often forms were opened in this process since that was last written; a process that is killed forgets it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._seen: Counter[Opened] = Counter()
        self._waits = False

    def note(self, where: Place, day: date) -> None:
        """Count that the first page of a form was shown there; of a rehearsal nothing is counted."""
        if where.trial:
            return
        with self._lock:
            self._seen[where.campaign_id, where.unit_id, day] += 1
            if self._waits:
                return
            self._waits = True
        timer = threading.Timer(WRITTEN_AFTER_S, self.write)
        timer.daemon = True
        timer.start()

    def write(self) -> None:
        """Write what was counted; while the database is away it stays counted, and is written with the next ones."""
        with self._lock:
            seen, self._seen, self._waits = self._seen, Counter(), False
        try:
            self._database.write(lambda connection: funnel.add_opened(connection, seen))
        except SQLAlchemyError as error:
            log.warning("openings_not_written", error=type(error).__name__)
            with self._lock:
                self._seen += seen


def drop_expired(connection: Connection, now: datetime, zone: ZoneInfo, chat: bytes | None = None) -> int:
    """Delete unfinished forms whose time is up, of one chat or of all, and count where they stopped; gives how many."""
    gone = collection.let_expired_go(connection, now, chat)
    if gone:
        counters = funnel.asked_at(connection, {row.counter_id for row in gone})
        forms = funnel.definitions(connection, gone)
        found = (stop(row, *counters[row.counter_id], forms, zone) for row in gone if row.counter_id in counters)
        funnel.add_stopped(connection, Counter(found))
    return len(gone)


def stop(row: Expired, unit: int, short: bool, forms: Mapping[int, tuple[str, str]], zone: ZoneInfo) -> Stopped:
    """Where a form stopped: campaign, unit, web or chat, the day on which it was last touched, and the item.

    What cannot be read stopped nowhere: that a form is deleted in time never hangs on how it is counted.
    """
    kind, life = ("web", CONVERSATION_LIFE) if row.chat is None else ("chat", CHAT_LIFE)
    day = (row.expires_at - life).astimezone(zone).date()
    try:
        whole = read_definition(*forms[row.questionnaire_id])
        item = open_item(shortened(whole) if short else whole, state_from_json(row.state))
    except (StateError, BrokenInstrumentError) as error:
        log.warning("stop_not_read", campaign=row.campaign_id, error=error.code)
        item = ""
    return row.campaign_id, unit, kind, day, item


def open_item(questionnaire: Questionnaire, state: State) -> str:
    """The item that a person had before them: the first one without an answer from the open step on.

    "" where nothing had been asked yet; where all is answered but was not sent, the last one.

    >>> from survey.examples import EXAMPLE
    >>> open_item(EXAMPLE, State()), open_item(EXAMPLE, State({"used": "yes"}, "visits"))
    ('', 'visits')
    """
    if not (state.step or state.answers or state.passed):
        return ""
    steps = [*plan(questionnaire, "page"), *plan(questionnaire, "question")]
    here = [item.code for page in steps if page.step == state.step for item in page.items]
    way = [item.code for page in pages(questionnaire, state.answers) for item in page.items]
    rest = way[way.index(here[0]) :] if here and here[0] in way else way
    return next((code for code in rest if code not in state.answers and code not in state.passed), way[-1])
