"""A real SMTP server for tests: it greylists, refuses, or breaks off after the words have come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers import free_port


@dataclass
class Inbox:
    """What has arrived, and how the server behaves: the replies that it gives before it takes anything."""

    url: str = ""
    raw: list[bytes] = field(default_factory=list)
    at_recipient: list[str] = field(default_factory=list)  # replies to RCPT, one each, then 250
    after_data: list[str] = field(default_factory=list)  # replies to the words; "cut" keeps them and hangs up
    tried: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for raw in self.raw]  # type: ignore[misc]

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: Any) -> str:
        self.tried += 1
        if self.at_recipient:
            return self.at_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = self.after_data.pop(0) if self.after_data else ""
        if reply and reply != "cut":
            return reply
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        if reply == "cut":
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Inbox]:
    """An SMTP server on a free port."""
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), decode_data=False)
    controller.start()
    inbox.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield inbox
    finally:
        controller.stop()
