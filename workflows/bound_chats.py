"""Reports into a chat: somebody whose chat was bound to a list by a code gets the main figures there."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from store.models.mail import RecipientRow
from store.queries import audit, mails, outbox
from survey.chat_keys import chat_key
from survey.faults import Fault, shown
from workflows import mail
from workflows.mail import Attachment

LISTS = ("summary", "daily", "sipas")  # lists whose reports are short enough to be told in a chat
TEXT = "text/plain; charset=utf-8"
CODE_LIFE = timedelta(hours=1)
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE = re.compile(r"\s*[Bb][Cc]-([A-Za-z2-9]{4})-([A-Za-z2-9]{4})\s*")
WAITING = "code:"  # before the hash of a code that nobody has typed yet, in the place of an address
TOLD = "chat"  # kind of the papers that say what a chat was told


def invite(session: Session, report: str, name: str, now: datetime, actor: str) -> str | Fault:
    """A code that binds the chat in which it is typed to the list of a report; it works once, and for an hour."""
    if report not in LISTS:
        return Fault("unknown_report", "REPORT", {"found": shown(report), "known": ", ".join(LISTS)})
    code = "".join(secrets.choice(ALPHABET) for _ in range(8))
    session.add(
        RecipientRow(
            report=report, address=WAITING + digest(code), name=name, language="vi", added_at=now, left_at=None
        )
    )
    audit.note(session, at=now, actor=actor, act="chat_invited", subject=report)
    session.flush()
    return f"BC-{code[:4]}-{code[4:]}"


def digest(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(f"report chat\0{code}".encode()).hexdigest()


def typed_code(text: str) -> str | None:
    """The code that a message consists of, if it does."""
    found = CODE.fullmatch(text)
    return (found[1] + found[2]).upper() if found else None


def bind(connection: Connection, code: str, channel: str, chat: str, now: datetime) -> str | None:
    """Bind a chat to the list that the code is for; gives the list, None for a code that is unknown, used, too old."""
    with Session(connection) as session:
        row = mails.of_address(session, WAITING + digest(code))
        if row is None or not timedelta(0) <= now - row.added_at <= CODE_LIFE:
            return None
        address = f"{channel}:{chat}"
        before = mails.recipient(session, row.report, address)
        if before is None:
            row.address, row.added_at = address, now
        else:
            before.name, before.left_at = row.name or before.name, None
            session.delete(row)
        audit.note(session, at=now, actor=channel, act="recipient_added", subject=row.report)
        session.commit()
        return row.report if before is None else before.report


def leave(connection: Connection, channel: str, chat: str, now: datetime) -> int:
    """Take a chat off every list, and forget its address; gives of how many lists that was."""
    with Session(connection) as session:
        rows = mails.all_of_address(session, f"{channel}:{chat}")
        for row in rows:
            audit.note(session, at=now, actor=channel, act="recipient_left", subject=row.report)
            session.delete(row)
        session.commit()
        return len(rows)


def untold(session: Session, report: str, about: str) -> list[RecipientRow]:
    """The chats of a list that were not told of this yet.

    What a chat was told is kept as a paper of its own: one chat, one subject, one message.
    """
    told = mails.names(session, TOLD, report, about)
    return [row for row in mails.chats(session, report) if name_of(row.address) not in told]


def name_of(address: str) -> str:
    """The name of the papers that were told to a chat."""
    return f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.txt"


def push(session: Session, report: str, about: str, words: str, secret: str, now: datetime) -> int:
    """Queue a message to every chat of a list that was not told of this yet; gives how many."""
    rows = untold(session, report, about)
    for row in rows:
        mail.keep_papers(session, TOLD, report, about, [Attachment(name_of(row.address), TEXT, words.encode())], now)
        outbox.put(session.connection(), [message(row.address, words, secret, now)])
    return len(rows)


def message(address: str, words: str, secret: str, now: datetime) -> dict[str, object]:
    """A row of the outbox for the chat at that address."""
    channel, _, chat = address.partition(":")
    return {
        "channel": channel,
        "chat": chat_key(secret, channel, chat),
        "address": chat,
        "kind": "push",
        "payload": json.dumps({"text": words}, ensure_ascii=False, separators=(",", ":")),
        "state": "waiting",
        "error": "",
        "attempts": 0,
        "created_at": now,
        "due_at": now,
    }
