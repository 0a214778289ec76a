"""Kill bots and web workers while people answer by chat: `python -m tests.faults.chat_killing` says what came of it.

Zalo is a stand-in that sends updates twice and out of order and answers one call in ten with 429 or 5xx.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from sqlalchemy import func, select, text

from store.database import Database, open_database, upgrade
from store.models.chat import InboxRow, OutboxRow
from store.models.collection import ConversationRow, ResponseRow
from survey.chat_keys import chat_key
from survey.receipt import response_key
from survey.state import state_from_json
from tests.factories import kept_answers, make_campaign
from tests.faults.chat_people import QUESTION, ChatCrowd
from tests.faults.chat_servers import ChatServers, chat_servers
from tests.faults.chat_traces import traces
from tests.faults.killing import UNITS, counter_codes, durable_postgresql
from tests.load.web_server import SECRET
from tests.zalo_server import Hostility, ZaloServer
from workflows import tally

PEOPLE = 16
PATIENCE_S = 10.0
THINKS_S = 0.3
DRAIN_S = 90.0
LONGEST_S = 3_600.0
HOSTILE = Hostility(
    duplicates=0.1, reorder=0.1, late_s=0.3, too_many=0.05, retry_after_s=0.2, failing=0.05, cut=0.01, slow_s=0.02
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. A message comes twice where a sender died before that was written down, or to who asks twice."""

    seconds: float
    updates: int
    handed_out: int  # duplicates included
    unkind: str
    killed_bots: int
    killed_web: int
    begun: int
    acknowledged: int
    stored: int
    lost: int
    doubled: int
    altered: int  # stored answers that differ from those given
    unfinished: int
    amiss: int  # unfinished forms that are not as their people left them
    updates_lost: int  # acknowledged to Zalo, or handed out by it, and not in the inbox
    waiting: int  # in inbox and outbox once all is drained
    failed: int  # updates and messages given up
    messages: int
    repeated: int
    disordered: int
    went_on: int
    said_again: int
    went_back: int
    counted_alike: bool
    sound: bool
    traces: tuple[str, ...]
    strange: tuple[str, ...]


def kill_chat(url: str, folder: Path, mode: str, updates: int, kills: int, seconds: float) -> Outcome:
    """Let people answer until so many updates are sent, or so long, while so many processes die."""
    database = open_database(url, pool_size=4)
    upgrade(database)
    with database.writing() as session:
        make_campaign(session, units=UNITS, counters=2, chat={"once": False})
    begun = time.monotonic()
    with ZaloServer(HOSTILE, users=10_000, messages=10**6, webhook_tries=16) as zalo:
        bots = 1 if url.startswith("sqlite") else 2
        with chat_servers(url, folder, zalo, mode, bots, WEB_PROCESSES="2", LOG_FORMAT="json") as servers:
            # By webhook nothing may be lost; who polls Zalo loses what was handed out to a process that is killed then.
            crowd = ChatCrowd(zalo, counter_codes(database), PATIENCE_S, THINKS_S, may_lose=mode == "polling")
            crowd.start(PEOPLE)
            killed = kill(servers, crowd, updates, kills, seconds)
            crowd.stop()
            drained(database, zalo)
        found = looked_at(database, servers, crowd, killed, time.monotonic() - begun)
    database.close()
    return found


def kill(servers: ChatServers, crowd: ChatCrowd, updates: int, kills: int, seconds: float) -> Counter[str]:
    """Kill a process now and then, evenly over the updates, each time one that is at work."""
    until, chance, done = time.monotonic() + seconds, random.Random(7), Counter[str]()
    while crowd.number("said") < updates and time.monotonic() < until:
        time.sleep(chance.uniform(0.0, 0.3))
        if done.total() < kills and crowd.number("said") >= updates * done.total() / kills:
            done.update(killed_one(servers, chance))
    return done


def killed_one(servers: ChatServers, chance: random.Random) -> list[str]:
    """Kill a bot or a web worker; nobody, where all are still starting."""
    bots = [bot for bot in servers.bots if bot.at_work()]
    workers = servers.web.workers() if servers.web is not None and servers.web.answers() else []
    if bots and (not workers or chance.random() < 0.5):
        chance.choice(bots).kill()
        return ["bot"]
    if workers:
        os.kill(chance.choice(workers), signal.SIGKILL)
        return ["web"]
    return []


def drained(database: Database, zalo: ZaloServer) -> None:
    """Wait until nothing is on its way; what is wrong then is looked at afterwards."""
    until = time.monotonic() + DRAIN_S
    while time.monotonic() < until and (zalo.queue or sum(left_over(database)[:2])):
        time.sleep(0.2)


def left_over(database: Database) -> tuple[int, int, int]:
    """Updates that wait, messages that wait, and what was given up of both."""
    number = select(func.count())
    with database.reading() as session:
        updates = session.scalar(number.where(InboxRow.state == "waiting")) or 0
        messages = session.scalar(number.where(OutboxRow.state == "waiting", OutboxRow.kind != "reminder")) or 0
        failed = session.scalar(number.where(InboxRow.state == "failed")) or 0
        failed += session.scalar(number.where(OutboxRow.state == "failed")) or 0
    return updates, messages, failed


def looked_at(
    database: Database, servers: ChatServers, crowd: ChatCrowd, killed: Counter[str], seconds: float
) -> Outcome:
    """Compare what people were told with what is stored."""
    tally.fold(database, "thu")
    stored = {str(answers.get("y_kien")): answers for answers in kept_answers(database)}
    written = Counter(str(answers.get("y_kien")) for answers in kept_answers(database))
    with database.snapshot() as session:
        keys = set(session.scalars(select(ResponseRow.id)))
        recount = tally.recount(session, "thu")
        sqlite = session.get_bind().dialect.name == "sqlite"
        sound = session.scalar(text("PRAGMA integrity_check")) == "ok" if sqlite else True
    finished = [form for form in crowd.forms if form.receipt]
    waiting = left_over(database)
    unfinished = states(database)
    repeated, disordered = order(crowd)
    return Outcome(
        seconds=round(seconds),
        updates=crowd.number("said"),
        handed_out=len(crowd.server.delivered),
        unkind=", ".join(f"{name} {count}" for name, count in sorted(crowd.server.struck.items())),
        killed_bots=killed["bot"],
        killed_web=killed["web"],
        begun=len(crowd.forms),
        acknowledged=len(finished),
        stored=len(keys),
        lost=sum(response_key(form.receipt) not in keys or not written[form.words] for form in finished),
        doubled=sum(number - 1 for number in written.values()) + len(keys) - len(finished),
        altered=sum(stored.get(form.words, {}) != form.kept() for form in finished),
        unfinished=len(unfinished),
        amiss=amiss(crowd, unfinished),
        updates_lost=len(updates_lost(database, crowd.server)),
        waiting=sum(waiting[:2]),
        failed=waiting[2],
        messages=len(crowd.server.sends),
        repeated=repeated,
        disordered=disordered,
        went_on=crowd.number("went_on"),
        said_again=crowd.number("said_again"),
        went_back=sum(person.backs for person in crowd.people.values()),
        counted_alike=recount.different == () and recount.responses == len(keys),
        sound=sound,
        traces=traces(database, servers, [*crowd.people], [form.words for form in crowd.forms]),
        strange=tuple([*crowd.strange, *crowd.server.wrong, *map(str, crowd.server.lost)][:5]),
    )


def states(database: Database) -> dict[bytes, list[dict[str, object]]]:
    """The answers so far of every unfinished form, by chat."""
    found: dict[bytes, list[dict[str, object]]] = {}
    with database.reading() as session:
        for row in session.execute(select(ConversationRow.chat, ConversationRow.state)):
            found.setdefault(row.chat, []).append(dict(state_from_json(row.state).answers))
    return found


def amiss(crowd: ChatCrowd, unfinished: dict[bytes, list[dict[str, object]]]) -> int:
    """How many chats have unfinished forms other than the one that their people left."""
    wrong = 0
    for person in crowd.people.values():
        left = [form.kept() for form in person.forms if form.left]
        wrong += unfinished.pop(chat_key(SECRET, "zalo", person.chat), []) != left
    return wrong + len(unfinished)


def updates_lost(database: Database, zalo: ZaloServer) -> set[str]:
    """Updates that were acknowledged, or with polling handed out, and never came into the inbox."""
    with database.reading() as session:
        known = set(session.scalars(select(InboxRow.event_id)))
    return {str(update["message"]["message_id"]) for update in zalo.delivered} - known


def order(crowd: ChatCrowd) -> tuple[int, int]:
    """Messages that came twice; and questions that came after a later one of the form, though nobody went back."""
    repeated = disordered = 0
    for person in crowd.people.values():
        sent = crowd.server.sent(person.chat)
        once = [words for words, _ in groupby(sent)]
        repeated += len(sent) - len(once)
        places = [int(found[1]) if (found := QUESTION.search(words)) else 0 for words in once]
        if not person.backs:
            disordered += sum(0 < later < earlier for earlier, later in pairwise(places))
    return repeated, disordered


def main() -> None:
    """Kill as often as is asked for, on both databases, with updates by webhook and by polling."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.chat_killing", description=__doc__)
    parser.add_argument("--updates", type=int, default=2_000, help="how many people send, in each run")
    parser.add_argument("--kills", type=int, default=100, help="how often a process dies meanwhile")
    asked = parser.parse_args()
    report(asked.updates, asked.kills)


def report(updates: int, kills: int) -> None:
    """Print what came of each run."""
    for mode in ("webhook", "polling"):
        with tempfile.TemporaryDirectory(prefix="hailong-kill-") as folder:
            url = f"sqlite:///{folder}/kills.db"
            print(f"SQLite, {mode}:", kill_chat(url, Path(folder), mode, updates, kills, LONGEST_S), flush=True)
        with tempfile.TemporaryDirectory(prefix="hailong-kill-") as folder, durable_postgresql() as url:
            print(f"PostgreSQL, {mode}:", kill_chat(url, Path(folder), mode, updates, kills, LONGEST_S), flush=True)


if __name__ == "__main__":
    main()
