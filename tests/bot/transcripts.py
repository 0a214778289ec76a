"""One whole conversation per channel and language, held with a running bot, as it stands in docs/chat.

`python -m tests.bot.transcripts` writes the documents anew; a test holds them to what the bot says.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from store.database import Database, open_database, upgrade
from survey.counter_codes import spoken
from tests.bot.people import OnZalo, after
from tests.bot.running import chat_settings, running
from tests.factories import COUNTER, make_campaign
from tests.journeys.runner import definition_of
from tests.telegram_servers import Shown, TelegramPerson, TelegramServer, telegram_test_api
from tests.zalo_server import ZaloServer

FOLDER = Path(__file__).parents[2] / "docs" / "chat"
PUBLIC_URL = "https://khaosat.example.vn"
RECEIPT = re.compile(r"\b[A-Z2-7]{4}(-[A-Z2-7]{4}){3}\b")
LINK = re.compile(r"/on/[A-Za-z0-9_~.-]+")
UNIT = {"name": "Ủy ban nhân dân phường Hoàng Văn Thụ", "short_name": "UBND phường Hoàng Văn Thụ", "level": "commune"}

# What somebody types; what begins with ▸ is pressed, and is part of a button's label.
SAID = {
    ("zalo", "vi"): (
        *(f"Gửi mã {spoken(COUNTER)}", "1", "5", "hài lòng", "tot", "3", "0", "4", "web", "tiếp", "bỏ qua", "５", "4"),
        "Cán bộ rất nhiệt tình",
    ),
    ("zalo", "en"): (
        *(spoken(COUNTER), "english", "1", "4", "very satisfied", "back", "satisfied", "help", "3", "6", "4", "5"),
        "skip",
    ),
    ("telegram", "vi"): (
        *(f"/start {COUNTER}", "▸Bắt đầu", "▸4 ·", "▸5 ·", "▸Quay lại", "▸3 ·", "hai long", "▸web", "/tiep", "▸4 ·"),
        *("▸Bỏ qua", "▸5 ·", "Cần thêm ghế chờ"),
    ),
    ("telegram", "en"): (
        *(f"/start {COUNTER}", "/en", "▸Begin", "▸4 ·", "▸2 ·", "help", "/tiep", "▸5 ·", "▸Skip", "▸1 ·", "4", "▸Skip"),
    ),
}
TITLES = {
    "vi": "Một cuộc trò chuyện trọn vẹn trên {channel}",
    "en": "A whole conversation on {channel}",
}
NOTES = {
    "vi": "Ghi lại từ chương trình đang chạy với máy chủ thử; mã biên nhận và đường dẫn được thay bằng dấu.",
    "en": "Recorded from the running program with a test server; receipt and link are replaced by marks.",
}
WHO = {"vi": ("Người dân", "Hài lòng"), "en": ("Citizen", "Hài lòng")}
NAMES = {"zalo": "Zalo", "telegram": "Telegram"}


@dataclass
class Transcript:
    """What was said, a paragraph each."""

    language: str
    lines: list[str] = field(default_factory=list)

    def person(self, text: str) -> None:
        self.lines += [f"**{WHO[self.language][0]}**: {text}", ""]

    def bot(self, text: str, rows: Sequence[Sequence[str]] = (), *, changed: bool = False) -> None:
        mark = " ✎" if changed else ""
        self.lines.append(f"**{WHO[self.language][1]}**{mark}:")
        self.lines.append("")
        self.lines += [f"> {line}".rstrip() + "  " if line else ">" for line in plain(text).split("\n")]
        if rows:
            self.lines.append(">")
            self.lines += ["> " + " ".join(f"`[ {label} ]`" for label in row) + "  " for row in rows]
        self.lines.append("")


def plain(text: str) -> str:
    """The text without what is another one each time."""
    return LINK.sub("/on/…", RECEIPT.sub("XXXX-XXXX-XXXX-XXXX", text))


def prepared(folder: Path) -> tuple[Database, str]:
    """A database with the counter form of one ward."""
    url = f"sqlite:///{folder}/chat.db"
    database = open_database(url, pool_size=4)
    upgrade(database)
    with database.writing() as session:
        plan = {
            "title": {"vi": "Khảo sát sự hài lòng tại Bộ phận Một cửa", "en": "Satisfaction survey at one-stop desks"},
            "opens": date(2026, 1, 1),
            "closes": date(2099, 12, 31),
        }
        make_campaign(session, text=definition_of("sipas-quay"), units={"HVT": UNIT}, **plan)
    return database, url


def on_zalo(language: str) -> Transcript:
    """The conversation on Zalo."""
    told = Transcript(language)
    with tempfile.TemporaryDirectory() as folder, ZaloServer() as server:
        database, url = prepared(Path(folder))
        given = {"zalo_token": server.token, "zalo_base_url": server.address, "public_url": PUBLIC_URL}
        with running(chat_settings(url, Path(folder), **given)):
            person = OnZalo(server, "7001")
            for text in SAID["zalo", language]:
                told.person(text)
                told.bot(after(database, person, text))
        database.close()
    return told


@dataclass(frozen=True, slots=True)
class OnTelegramOf:
    """Somebody on Telegram who presses by label."""

    person: TelegramPerson
    buttons: bool = True

    def say(self, text: str) -> None:
        self.person.say(text)

    def press(self, data: str) -> None:
        self.person.press(data)

    def sees(self) -> str:
        newest = self.person.newest()
        return newest.text if newest else ""


def on_telegram(language: str, server: TelegramServer) -> Transcript:
    """The conversation on Telegram; a message that changed in place is marked ✎."""
    told = Transcript(language)
    with tempfile.TemporaryDirectory() as folder:
        database, url = prepared(Path(folder))
        given = {"telegram_token": server.token, "telegram_base_url": server.base_url, "public_url": PUBLIC_URL}
        with running(chat_settings(url, Path(folder), **given)):
            someone = server.person(7001)
            person, before = OnTelegramOf(someone), list[Shown]()
            for text in SAID["telegram", language]:
                pressed = text.removeprefix("▸") if text.startswith("▸") else ""
                told.person(f"`[ {label_of(someone, pressed)} ]`" if pressed else text)
                after(database, person, text, pressed)
                seen = someone.messages()
                for message in seen:
                    if message not in before:
                        changed = any(old.id == message.id for old in before)
                        rows = [[button.label for button in row] for row in message.rows]
                        told.bot(message.text, rows, changed=changed)
                before = seen
        database.close()
    return told


def label_of(person: TelegramPerson, part: str) -> str:
    """The whole label of the button that is pressed."""
    labels = [button.label for message in reversed(person.messages()) for button in message.buttons]
    return next(label for label in labels if part in label)


def document(channel: str, told: Transcript) -> str:
    """The transcript as a document."""
    title = TITLES[told.language].format(channel=NAMES[channel])
    return "\n".join([f"# {title}", "", NOTES[told.language], "", *told.lines]).rstrip() + "\n"


def documents() -> dict[str, str]:
    """File name → document, of every channel and language."""
    found = {f"zalo-{language}.md": document("zalo", on_zalo(language)) for language in ("vi", "en")}
    with telegram_test_api() as server:
        for language in ("vi", "en"):
            told = on_telegram(language, server.another_bot())
            found[f"telegram-{language}.md"] = document("telegram", told)
    return found


def main() -> None:
    """Write the documents anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in documents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
