"""P13: a chat's update dealt with on SQLite, beside the same reading, engine and wording over bare sqlite3."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert

from bot import talking, telegram
from bot.keyboards import pressed
from bot.outgoing import to_json
from bot.wording import worded
from runtime.words import LANGUAGES
from store.database import Database, open_database, upgrade
from store.models.chat import InboxRow, OutboxRow
from survey.chat_keys import chat_key
from survey.conversation import Answered, advance
from survey.state import state_from_json, state_to_json
from tests.factories import COUNTER, make_campaign
from tests.load.figures import Figure, Goal, middles, plain, ratios, rounds
from tests.load.p1_post_sqlite import PRAGMAS
from tests.load.sizes import Sizes
from workflows.callers import CHAT_LIFE, Desk
from workflows.chat import Say, Talk, Went, tag_of
from workflows.known_places import Places
from workflows.places import Place

SECRET = "a secret of the benchmark, long enough to be taken"
FIRST_CHAT = 5_000_000_000
STEPS = ("tiep_can", "thu_tuc", "cong_chuc", "ket_qua", "gop_y", "chung")
BATCH = talking.AT_ONCE
CLAIM = "SELECT id, chat, raw FROM inbox WHERE state = 'waiting' ORDER BY id LIMIT 1"
CHAT = "SELECT language, misses, ticked, wrong, touched_at FROM chat WHERE id = ?"
FORM = (
    "SELECT conversation.id, state, form_key, begun_at FROM conversation JOIN counter ON counter.id = counter_id "
    "WHERE chat = ? AND expires_at > ? ORDER BY expires_at DESC LIMIT 1"
)
HOLD = "UPDATE conversation SET state = ?, expires_at = ? WHERE id = ?"
REPLY = (
    "INSERT INTO outbox (channel, chat, address, kind, payload, state, error, attempts, created_at, due_at) "
    "VALUES ('telegram', ?, ?, 'reply', ?, 'waiting', '', 0, ?, ?)"
)
DONE = "UPDATE inbox SET state = 'done', raw = NULL, chat = NULL WHERE id = ?"


def prepare(path: Path, chats: int) -> None:
    """A database in which so many chats have agreed to begin; all that was said to them has arrived."""
    database = open_at(path)
    upgrade(database)
    with database.writing() as session:
        make_campaign(session)
    desk = desk_of(database)
    arrive(database, [written(chat, f"/start {COUNTER}") for chat in range(chats)])
    work_off(database, desk, BATCH)
    arrive(database, [press(chat, f"g|{tag}||") for chat, tag in enumerate(tags_of(path))])
    work_off(database, desk, BATCH)
    with database.writing() as session:
        session.execute(delete(OutboxRow).where(OutboxRow.kind == "reply"))
    database.close()


def open_at(path: Path) -> Database:
    """An SQLite database as a bot opens it."""
    return open_database(f"sqlite:///{path}", pool_size=4)


def desk_of(database: Database) -> Desk:
    """What every turn needs."""
    return Desk(SECRET, Places(database), LANGUAGES, lambda code, key: f"{code}/{key}", ZoneInfo("Asia/Ho_Chi_Minh"))


def written(chat: int, text: str) -> str:
    """An update: somebody types a command."""
    where = {"chat": {"id": FIRST_CHAT + chat, "type": "private"}, "date": 1_700_000_000, "message_id": 1}
    return json.dumps({"update_id": chat, "message": where | {"from": person(chat), "text": text}})


def press(chat: int, data: str) -> str:
    """An update: somebody presses a button."""
    message = {"chat": {"id": FIRST_CHAT + chat, "type": "private"}, "date": 1_700_000_000, "message_id": 2}
    query = {"id": "77", "from": person(chat), "chat_instance": "9", "data": data, "message": message | {"text": "?"}}
    return json.dumps({"update_id": chat, "callback_query": query})


def person(chat: int) -> dict[str, object]:
    """A user of Telegram."""
    return {"id": FIRST_CHAT + chat, "is_bot": False, "first_name": "Lan", "language_code": "vi"}


def arrive(database: Database, updates: Sequence[str]) -> None:
    """Put updates into the inbox."""
    now = datetime.now(UTC)
    fixed = {"channel": "telegram", "state": "waiting", "attempts": 0, "received_at": now, "due_at": now}
    rows = [
        fixed | {"event_id": f"{time.time_ns()}-{number}", "chat": key_of(number), "raw": raw}
        for number, raw in enumerate(updates)
    ]
    with database.writing() as session:
        session.execute(insert(InboxRow), rows)


def key_of(chat: int) -> bytes:
    """The key of a chat."""
    return chat_key(SECRET, "telegram", str(FIRST_CHAT + chat))


def tags_of(path: Path) -> list[str]:
    """What stands in the buttons of each chat's form."""
    with closing(sqlite3.connect(path)) as connection:
        keys = dict(connection.execute("SELECT chat, form_key FROM conversation"))
    return [tag_of(keys[key_of(chat)]) for chat in range(len(keys))]


def work_off(database: Database, desk: Desk, at_once: int) -> int:
    """Everything in the inbox, so many updates a transaction."""
    talking.AT_ONCE, done = at_once, 0
    while taken := talking.work_off(database, desk):
        done += taken
    return done


def work_off_bare(path: Path, place: Place) -> int:
    """The same through the driver, one transaction an update."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        done = 0
        while take_one(connection, place):
            done += 1
    return done


def take_one(connection: sqlite3.Connection, place: Place) -> bool:
    """One update in one transaction; only what a press of an answer needs."""
    connection.execute("BEGIN IMMEDIATE")
    row = connection.execute(CLAIM).fetchone()
    if row is None:
        connection.execute("ROLLBACK")
        return False
    number, chat, raw = row
    now = datetime.now(UTC)
    at, until = (f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in (now, now + CHAT_LIFE))
    inbound = telegram.read(raw)
    connection.execute(CHAT, (chat,)).fetchone()
    form, state, key, begun_at = connection.execute(FORM, (chat, at)).fetchone()
    talk = Talk(place, state_from_json(state), key, tag_of(key), datetime.fromisoformat(begun_at))
    act = pressed(inbound.text, talk)
    assert isinstance(act, Say)
    onward, events = advance(place.questionnaire, talk.state, Answered(act.step, act.raw), "question")
    went = Went(Talk(place, onward, key, talk.tag, talk.begun_at), events)
    connection.execute(HOLD, (state_to_json(onward), until, form))
    for message in worded(went, True, inbound):
        connection.execute(REPLY, (chat, inbound.chat, to_json(message), at, at))
    connection.execute(DONE, (number,))
    connection.execute("COMMIT")
    return True


@dataclass(slots=True)
class Side:
    """One of the ways that are measured, with a database of its own."""

    path: Path
    work_off: Callable[[], int]
    database: Database
    cpu_s: list[float] = field(default_factory=list)  # of each round; without what the disk takes

    def seconds(self, tags: Sequence[str]) -> float:
        """Every chat presses an answer to its next question; how long until all is dealt with."""
        step = STEPS[len(self.cpu_s)]
        arrive(self.database, [press(chat, f"a|{tag}|{step}|{1 + chat % 5}") for chat, tag in enumerate(tags)])
        begun, cpu = time.perf_counter(), time.process_time()
        done = self.work_off()
        self.cpu_s.append(time.process_time() - cpu)
        if done != len(tags):
            raise AssertionError(f"{done} of {len(tags)} updates were dealt with")
        return time.perf_counter() - begun

    def left(self) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        """What stands in it: where every form has come to, and what is to be sent."""
        with closing(sqlite3.connect(self.path)) as connection:
            forms = connection.execute("SELECT id, state FROM conversation ORDER BY id").fetchall()
            replies = connection.execute("SELECT chat, address, payload FROM outbox ORDER BY chat, id").fetchall()
        return forms, replies


def sides(folder: Path, chats: int) -> tuple[Side, Side, Side]:
    """Ours with one update a transaction, ours as it runs, and the bare one, from one and the same state."""
    prepare(folder / "single.db", chats)
    for name in ("batched", "bare"):
        shutil.copy(folder / "single.db", folder / f"{name}.db")
    single, batched, bare = (open_at(folder / f"{name}.db") for name in ("single", "batched", "bare"))
    first, second = desk_of(single), desk_of(batched)
    place = Places(bare).find(COUNTER, datetime.now(UTC).date())
    assert place is not None
    return (
        Side(folder / "single.db", lambda: work_off(single, first, 1), single),
        Side(folder / "batched.db", lambda: work_off(batched, second, BATCH), batched),
        Side(folder / "bare.db", lambda: work_off_bare(folder / "bare.db", place), bare),
    )


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """P13: every chat answers one question a round; all sides end with the same forms and the same replies."""
    single, batched, bare = every = sides(folder, sizes.chats)
    tags = tags_of(single.path)
    measured = rounds(sizes.rounds, *(lambda side=side: side.seconds(tags) for side in every))
    for side in every:
        side.database.close()
    if not single.left() == batched.left() == bare.left():
        raise AssertionError("the sides do not come to the same")
    named = (("single", single), ("batched", batched), ("bare", bare))
    each = [plain(1e6 * seconds / sizes.chats) for seconds in middles(measured)]
    return [
        Figure(
            "P13",
            f"{sizes.chats:,} presses on SQLite FULL ÷ the same reading, engine and wording over bare sqlite3",
            ratios([(first, last) for first, _, last in measured]),
            Goal(3),
            detail=f"one durable transaction an update on both sides: {each[0]} µs, bare {each[2]} µs",
        ),
        Figure(
            "P13a",
            f"the same as it runs, up to {BATCH} updates a transaction",
            ratios([(second, last) for _, second, last in measured]),
            detail=f"{each[1]} µs",
        ),
        Figure(
            "P13b",
            "processor time alone, one update a transaction ÷ bare",
            ratios(list(zip(single.cpu_s, bare.cpu_s, strict=True))),
            detail=", ".join(f"{name} {plain(1e6 * median(side.cpu_s) / sizes.chats)} µs" for name, side in named),
        ),
    ]
