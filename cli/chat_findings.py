"""What `hailong doctor` finds of the chat: tokens and webhooks as the channels see them, and what waits."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection

from cli.findings import Finding
from runtime.settings import Settings
from store.database import Database
from store.queries import outbox
from workflows.channels import CHANNELS, ChannelHealth, Queue, health

CHECK_S = 30  # for channels that are given ten seconds each, at once, and a process that starts
LONGEST_S = 60
OFF = "off"

# state of a channel → what was found, and what to do about it
SENDING: Mapping[str, tuple[str, str]] = {
    "ok": ("messages go out", ""),
    "paused": (
        "paused until {until} ({reason})",
        "The plan's messages are used up: wait, or enlarge the plan. The web form goes on working.",
    ),
    "failing": (
        "failing ({reason})",
        "Messages wait and go out once the channel answers. If it lasts, see “Chat” in docs/operating.md.",
    ),
    "stopped": ("no process sends", "Start the chat: `hailong run`, or `systemctl start hailong@bot`."),
}
BEHIND = "Look at the log of `python -m bot`; on PostgreSQL, start one more of these processes."


def of_chat(settings: Settings, database: Database) -> Iterator[Finding]:
    """Every finding of the chat; a channel that is not configured is off, and that is well."""
    configured = [name for name in CHANNELS if name in settings.chats]
    checked = of_channels(configured) if configured else {}
    with database.reading() as session:
        connection, now = session.connection(), datetime.now(UTC)
        found, failures = health(connection, now), given_up(connection)
    for name in CHANNELS:
        if name not in configured:
            yield Finding(name, ok=True, found=OFF)
            continue
        yield checked[name]
        channel = next((each for each in found.channels if each.name == name), ChannelHealth(name, "stopped"))
        yield sending(channel, settings)
    if configured:
        yield waiting("inbox", found.inbox)
        yield waiting("outbox", found.outbox)
        yield failures


def of_channels(names: list[str]) -> dict[str, Finding]:
    """What the channels say, asked by a process of the chat: doors do not know each other."""
    command = [sys.executable, "-m", "bot", "--check"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=CHECK_S, check=True)  # noqa: S603 - our own words
        told = json.loads(done.stdout)
        return {name: Finding(name, told[name]["ok"], told[name]["found"], told[name]["cure"]) for name in names}
    except (OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError) as error:
        cure = "Run `python -m bot --check` and see what it says."
        return {name: Finding(name, ok=False, found=type(error).__name__, cure=cure) for name in names}


def sending(channel: ChannelHealth, settings: Settings) -> Finding:
    """Whether messages of a channel go out."""
    found, cure = SENDING[channel.state]
    facts = {"reason": channel.reason}
    if channel.until is not None:
        facts["until"] = f"{channel.until.astimezone(settings.zone):%H:%M %d/%m/%Y}"
    return Finding(f"{channel.name} sending", channel.state == "ok", found, cure, {"until": "–", **facts})


def waiting(name: str, queue: Queue) -> Finding:
    """Whether what waits is taken up in time."""
    well = queue.oldest_s <= LONGEST_S
    facts = {"number": str(queue.waiting), "seconds": str(queue.oldest_s)}
    return Finding(name, well, "{number} waiting, the oldest for {seconds} s", "" if well else BEHIND, facts)


def given_up(connection: Connection) -> Finding:
    """Messages that could not be delivered in the last days, by reason; mostly people who blocked the bot."""
    reasons = ", ".join(f"{name} {error} × {number}" for name, error, number in outbox.failures(connection))
    if not reasons:
        return Finding("messages given up", ok=True, found="none in 7 days")
    return Finding("messages given up", ok=True, found="in 7 days: {reasons}", facts={"reasons": reasons})
