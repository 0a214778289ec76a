"""Somebody who answers by chat and in the browser by turns, with the same secret behind both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient

from runtime.settings import Settings
from store.database import Database
from tests.factories import COUNTER
from workflows import chat, turns
from workflows.callers import Caller, Desk
from workflows.known_places import Places
from workflows.tokens import form_signer, handover_url


@dataclass
class Chatter:
    """A person in a chat; every turn is a transaction of its own."""

    settings: Settings
    database: Database
    name: str = "7001"
    channel: str = "zalo"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def does(self, act: chat.Act) -> Any:
        """What comes of an act."""
        signer = form_signer(self.settings.secret_key)
        desk = Desk(
            self.settings.secret_key,
            Places(self.database),
            ("vi", "en"),
            lambda code, key: handover_url("", signer, code, key),
            self.settings.zone,
        )
        caller = Caller(self.channel, self.name, "vi", self.now, desk.day_of(self.now))
        return self.database.write(lambda connection: turns.take(connection, desk, caller, lambda *_: act))

    def begins(self) -> Any:
        """At the counter, with the first question open."""
        self.does(chat.Come(COUNTER))
        return self.does(chat.Begin())

    def says(self, step: str, *codes: str) -> Any:
        """An answer to that step."""
        return self.does(chat.Say(step, {step: codes}))

    def link(self) -> str:
        """The address under which the form goes on in the browser."""
        return str(self.does(chat.OnWeb()).url)

    def answers(self) -> dict[str, Any]:
        """The answers so far, as the chat knows them."""
        return dict(self.does(chat.Show()).talk.state.answers)


def followed(client: FlaskClient, address: str) -> Any:
    """The page to which the address leads."""
    response = client.get(address)
    while response.status_code == 303:
        response = client.get(response.headers["Location"])
    return response
