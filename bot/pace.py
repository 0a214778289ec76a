"""How fast a channel is written to: so many messages a second over all, and one a second to each chat."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import inf

RATE = 25.5  # a second over all; Telegram's line is about 30
SLACK_S = 0.05  # what was missed by so little is made up for: one message
MOST = 29  # that may reach the channel within a second, whenever those under way do
LONG_S = 1.25  # whatever is under way for longer is not held against the others: a slow channel would get slower still
CROWDED_S = 0.02  # then it is looked again
SLOWEST = 1.0
SLOWER = 0.8
SPEED_UP_S = 4.0  # one more a second, after so long without being asked to wait
CHAT_EVERY_S = 1.05  # a little more than a second: not every message is on its way for as long as the one before
CHAT_BURST = 3  # a few quick taps are answered at once


@dataclass(slots=True)
class Flight:
    """A message on its way: it reaches the channel at some time between its start and the channel's answer."""

    chat: bytes
    started_at: float
    landed_at: float = inf


@dataclass(slots=True)
class Pace:
    """The pace of one channel, by a clock of seconds that the caller brings. Not for several threads."""

    rate: float = RATE
    next_at: float = 0.0
    raised_at: float = 0.0
    chats: dict[bytes, float] = field(default_factory=dict)  # when a chat's burst is paid off
    flights: deque[Flight] = field(default_factory=deque)  # the latest, in the order of their start

    def wait_s(self, now: float) -> float:
        """How long until the next message may go out, as far as is known by then."""
        while self.flights and self.flights[0].started_at <= now - LONG_S:
            self.flights.popleft()
        crowded = sum(flight.landed_at > now - 1 for flight in self.flights) >= MOST
        return max(CROWDED_S if crowded else 0.0, self.next_at - now)

    def free(self, chat: bytes, now: float) -> bool:
        """Whether this chat may be written to now."""
        return self.chats.get(chat, 0.0) - now <= CHAT_EVERY_S * (CHAT_BURST - 1)

    def spend(self, chat: bytes, now: float) -> None:
        """A message goes out to this chat."""
        if self.rate < RATE and now - self.raised_at > SPEED_UP_S:
            self.rate, self.raised_at = min(RATE, self.rate + 1), now
        self.next_at = max(now - SLACK_S, self.next_at) + 1 / self.rate
        self.flights.append(Flight(chat, now))
        self.chats[chat] = max(now, self.chats.get(chat, 0.0)) + CHAT_EVERY_S
        if len(self.chats) > 10_000:
            self.chats = {known: until for known, until in self.chats.items() if until > now}

    def landed(self, chat: bytes, now: float) -> None:
        """The channel has answered, whatever it was."""
        for flight in self.flights:
            if flight.chat == chat and flight.landed_at == inf:
                flight.landed_at = now
                return

    def wait_until(self, moment: float) -> None:
        """Nothing goes out before that."""
        self.next_at = max(self.next_at, moment)

    def held_off(self, seconds: float, now: float) -> None:
        """The channel asks for a pause: keep it, and go on more slowly.

        Messages that were under way together are refused together: that slows down once, not once for each of them.
        """
        self.wait_until(now + seconds)
        if now >= self.raised_at:
            self.rate = max(SLOWEST, self.rate * SLOWER)
        self.raised_at = max(self.raised_at, now + seconds)
