"""People who fill in forms over and over, and send the same form again until they have seen its receipt."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

from tests.load.web_server import HOST

TOKEN = re.compile(r'name="form" value="([^"]+)"')
RECEIPT = re.compile(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}\b")
PAGES = (
    ("tiep_can", {"tiep_can": "4", "thu_tuc": "5", "cong_chuc": "3"}),
    ("ket_qua", {"ket_qua": "4", "gop_y": "na", "chung": "5"}),
)
PATIENCE_S = 20


class ServerGoneError(Exception):
    """The server is gone for good."""

    code = "server_gone"


@dataclass
class Crowd:
    """Threads of people at the counters; `receipts` maps the words each wrote to the receipt that they were shown."""

    port: int
    codes: Sequence[str]
    receipts: dict[str, str] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    strange: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, people: int) -> None:
        """Let so many people begin."""
        self.threads = [threading.Thread(target=self.fill_in, args=(number,), daemon=True) for number in range(people)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Let everybody finish the form that they are at."""
        self.stopped.set()
        for thread in self.threads:
            thread.join(90)
        assert not [thread for thread in self.threads if thread.is_alive()]

    def give_up(self) -> None:
        """The server is gone for good: everybody goes home."""
        self.gone.set()
        self.stop()

    def fill_in(self, person: int) -> None:
        """One form after another."""
        with suppress(ServerGoneError):
            self.fill_in_forms(person)

    def fill_in_forms(self, person: int) -> None:
        """Until everybody is to stop."""
        form = 0
        while not self.stopped.is_set():
            form += 1
            self.one_form(self.codes[(person + form) % len(self.codes)], f"person {person} form {form}")

    def one_form(self, code: str, words: str) -> None:
        """One form to its receipt: whatever does not come through is sent again just as it was."""
        _, page, _ = self.until_answered("GET", f"/c/{code}", {}, "", (200,))
        found = TOKEN.search(page)
        if found is None:
            self.strange.append(page[:300])
            return
        token = unescape(found[1])
        self.begun.add(words)
        cookie = ""
        for step, answers in PAGES:
            own = {"y_kien": words} if step == PAGES[-1][0] else {}
            fields = {"form": token, "step": step, "lang": "vi", "do": "next", **answers, **own}
            _, _, cookie = self.until_answered("POST", f"/c/{code}", fields, cookie, (303,))
        _, thanks, _ = self.until_answered("GET", f"/c/{code}/thanks", {}, cookie, (200,))
        shown = RECEIPT.search(thanks)
        if shown is None:
            self.strange.append(thanks[:300])
        else:
            self.receipts[words] = shown[0]

    def until_answered(
        self, method: str, path: str, fields: dict[str, str], cookie: str, wanted: tuple[int, ...]
    ) -> tuple[int, str, str]:
        """The answer, however often it takes; a server that is away or says 503 is asked again."""
        while True:
            try:
                status, text, kept = self.ask(method, path, fields, cookie)
            except (OSError, http.client.HTTPException):
                if self.gone.is_set():
                    raise ServerGoneError from None
                threading.Event().wait(0.05)
                continue
            if status in wanted:
                return status, text, kept or cookie
            if status != 503:
                self.strange.append(f"{method} {path}: {status}")
            threading.Event().wait(0.1)

    def ask(self, method: str, path: str, fields: dict[str, str], cookie: str) -> tuple[int, str, str]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        headers = {"Host": HOST, "Connection": "close", "Accept-Language": "vi"}
        if cookie:
            headers["Cookie"] = cookie
        body = urlencode(fields) if fields else None
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            return response.status, text, (response.headers.get("Set-Cookie") or "").partition(";")[0]
        finally:
            connection.close()
