"""How fast a channel is written to: so many messages a second over all, and one a second to each chat."""

from __future__ import annotations

from dataclasses import dataclass, field

RATE = 25.5  # a second over all; Telegram's line is about 30, and some messages catch up with the one before
SLACK_S = 0.05  # what was missed by so little is made up for: one message, so that no second sees 30
SLOWEST = 1.0
SLOWER = 0.8
SPEED_UP_S = 4.0  # one more a second, after so long without being asked to wait
CHAT_EVERY_S = 1.05  # a little more than a second: not every message is on its way for as long as the one before
CHAT_BURST = 3  # a few quick taps are answered at once


@dataclass(slots=True)
class Pace:
    """The pace of one channel, by a clock of seconds that the caller brings. Not for several threads."""

    rate: float = RATE
    next_at: float = 0.0
    raised_at: float = 0.0
    chats: dict[bytes, float] = field(default_factory=dict)  # when a chat's burst is paid off

    def wait_s(self, now: float) -> float:
        """How long until the next message may go out."""
        return max(0.0, self.next_at - now)

    def free(self, chat: bytes, now: float) -> bool:
        """Whether this chat may be written to now."""
        return self.chats.get(chat, 0.0) - now <= CHAT_EVERY_S * (CHAT_BURST - 1)

    def spend(self, chat: bytes, now: float) -> None:
        """A message goes out to this chat."""
        if self.rate < RATE and now - self.raised_at > SPEED_UP_S:
            self.rate, self.raised_at = min(RATE, self.rate + 1), now
        self.next_at = max(now - SLACK_S, self.next_at) + 1 / self.rate
        self.chats[chat] = max(now, self.chats.get(chat, 0.0)) + CHAT_EVERY_S
        if len(self.chats) > 10_000:
            self.chats = {known: until for known, until in self.chats.items() if until > now}

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
