"""How a mail leaves the house: over SMTP, or in development as a file that any mail program opens."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from workflows.mail import Letter, Post, PostError

TIMEOUT_S = 30
LeaveUrl = Callable[[int], str]


def mime(letter: Letter, sender: str, name: str, leave_url: LeaveUrl) -> Message:
    """A mail as it goes over the wire: plain words, the same as simple HTML, and the documents.

    It is UTF-8 throughout, says that a machine wrote it, and how its reader gets no more of them. Headers are encoded
    by the older classes of the library: the newer ones lose spaces where they fold a line of words with marks.
    """
    leave = leave_url(letter.recipient_id) if letter.recipient_id is not None else ""
    domain = sender.rpartition("@")[2]
    message = MIMEMultipart("mixed", policy=compat32.clone(linesep="\r\n"))
    message["From"] = formataddr((Header(name, "utf-8").encode(), sender))
    message["To"] = letter.address
    message["Subject"] = Header(" ".join(letter.subject.split()), "utf-8", header_name="Subject").encode()
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.message_id}@{domain}>"
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    if leave:
        message["List-Unsubscribe"] = f"<{leave}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    words = MIMEMultipart("alternative")
    words.attach(MIMEText(letter.words, "plain", "utf-8"))
    words.attach(MIMEText(html(letter), "html", "utf-8"))
    message.attach(words)
    for each in letter.attachments:
        part = MIMEBase(*each.media_type.split("/", 1))
        part.set_payload(each.content)
        encode_base64(part)
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", each.name))
        message.attach(part)
    return message


def html(letter: Letter) -> str:
    """The words of a mail as HTML that every mail program shows alike; nothing in it is fetched."""
    parts = "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in letter.words.split("\n\n"))
    style = "font-family:'Times New Roman',serif;font-size:16px;line-height:1.5;color:#1a1a1a;max-width:40em"
    return f'<!doctype html><html lang="{letter.language}"><body style="{style}">{parts}</body></html>'


def file_post(folder: Path, sender: str, name: str, leave_url: LeaveUrl) -> Post:
    """The post of development: each mail becomes one file, the same one however often it is sent."""

    def post(letter: Letter) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            draft = folder / f".{letter.message_id}"
            draft.write_bytes(mime(letter, sender, name, leave_url).as_bytes())
            draft.replace(folder / f"{letter.message_id}.eml")
        except OSError as error:
            raise PostError(type(error).__name__, lasting=False) from None

    return post


def smtp_post(url: str, sender: str, name: str, leave_url: LeaveUrl) -> Post:
    """The post over SMTP: what the server refuses for now (4xx) or cuts off is tried again, 5xx is not."""

    def post(letter: Letter) -> None:
        message = mime(letter, sender, name, leave_url)
        try:
            with server(url) as found:
                found.send_message(message, sender, [letter.address])
        except smtplib.SMTPRecipientsRefused as error:
            raise refusal(min(code for code, _ in error.recipients.values())) from None
        except smtplib.SMTPAuthenticationError:
            raise PostError("authentication", lasting=False) from None  # the server is set wrong, not the mail
        except smtplib.SMTPResponseException as error:
            raise refusal(error.smtp_code) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise PostError(type(error).__name__, lasting=False) from None

    return post


def refusal(code: int) -> PostError:
    """The refusal of that reply code (RFC 5321, 4.2.1): 5yz lasts, 4yz does not."""
    return PostError(f"smtp_{code}", lasting=500 <= code < 600)


@contextmanager
def server(url: str) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server of SMTP_URL, encrypted and signed in as it says."""
    place = urlsplit(url)
    host, secure = place.hostname or "localhost", place.scheme == "smtps"
    context = ssl.create_default_context()
    found = (
        smtplib.SMTP_SSL(host, place.port or 465, timeout=TIMEOUT_S, context=context)
        if secure
        else smtplib.SMTP(host, place.port or 25, timeout=TIMEOUT_S)
    )
    try:
        if "tls=starttls" in place.query:
            found.starttls(context=context)
        if place.username:
            found.login(unquote(place.username), unquote(place.password or ""))
        yield found
        found.quit()
    finally:
        found.close()
