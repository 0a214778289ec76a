"""Figures of the chat for Prometheus, served by the bot's own process: counts and ages, never who or what."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from wsgiref.simple_server import WSGIServer

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database
from workflows.channels import STATES, ChatHealth, health

log = structlog.get_logger()
LONGEST_CODE = 60
HANDLED = Counter("hailong_chat_updates", "Updates dealt with.", ("channel", "outcome"), registry=None)
SENT = Counter("hailong_chat_messages_sent", "Messages that the channel took.", ("channel",), registry=None)
REFUSED = Counter(
    "hailong_chat_messages_refused",
    "Messages that the channel refused or that did not reach it, by reason.",
    ("channel", "reason"),
    registry=None,
)
TURN = Histogram(
    "hailong_chat_turn_seconds",
    "From the arrival of an update to the commit of its answer.",
    ("channel",),
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
    registry=None,
)
COUNTS: tuple[Collector, ...] = (HANDLED, SENT, REFUSED, TURN)


def updates_done(channel: str, number: int = 1, outcome: str = "handled") -> None:
    """So many updates were dealt with; `outcome` is handled or failed."""
    HANDLED.labels(channel, outcome).inc(number)


def turn_took(channel: str, seconds: float) -> None:
    """How long an update waited and took."""
    TURN.labels(channel).observe(max(0.0, seconds))


def sent(channel: str) -> None:
    """A message has arrived at the channel."""
    SENT.labels(channel).inc()


def refused(channel: str, code: str) -> None:
    """A message was refused; codes are few, so that they may be labels."""
    REFUSED.labels(channel, code if code.isascii() and len(code) <= LONGEST_CODE else "other").inc()


class Waiting(Collector):
    """What waits in the database, asked for when somebody looks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """The gauges; where the database is away, only that."""
        reached = GaugeMetricFamily("hailong_chat_database_up", "Whether the database answers.")
        try:
            with self._database.reading() as session:
                found = health(session.connection(), datetime.now(UTC))
        except (SQLAlchemyError, OSError):
            reached.add_metric((), 0)
            yield reached
            return
        reached.add_metric((), 1)
        yield reached
        yield from gauges(found)


def gauges(found: ChatHealth) -> Iterator[Metric]:
    """What waits and since when, and the state of each channel as 0 or 1."""
    for name, queue in (("inbox", found.inbox), ("outbox", found.outbox)):
        yield GaugeMetricFamily(f"hailong_chat_{name}_waiting", f"How many wait in the {name}.", queue.waiting)
        oldest = f"Age in seconds of the oldest that waits in the {name}."
        yield GaugeMetricFamily(f"hailong_chat_{name}_oldest_seconds", oldest, queue.oldest_s)
    yield GaugeMetricFamily("hailong_chat_outbox_failed", "Messages given up in the last days.", found.failed)
    states = GaugeMetricFamily(
        "hailong_chat_channel_state", "1 for the state that a channel is in.", labels=("channel", "state")
    )
    for channel in found.channels:
        for state in STATES:
            states.add_metric((channel.name, state), float(channel.state == state))
    yield states


def serve(address: str, database: Database) -> tuple[WSGIServer, threading.Thread]:
    """Serve the figures at `host:port` until the process ends."""
    registry = CollectorRegistry()
    for collector in (*COUNTS, Waiting(database)):
        registry.register(collector)
    host, _, port = address.rpartition(":")
    server, thread = start_http_server(int(port), host.strip("[]"), registry)
    log.info("metrics_served", address=address)
    return server, thread
