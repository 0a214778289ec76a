"""The stand-in for Zalo keeps to what is known of the real one, so that the bot's tests mean something."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.zalo_server import CALM, HOSTILE, Hostility, ZaloServer

SECRET = "a-secret-of-the-webhook"


def call(server: ZaloServer, method: str, body: object = None, token: str = "", kind: str = "application/json") -> Any:
    """Status and JSON of one call."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        path = f"/bot{token or server.token}/{method}"
        connection.request("POST", path, json.dumps(body or {}), {"Content-Type": kind})
        answered = connection.getresponse()
        return answered.status, json.loads(answered.read())
    finally:
        connection.close()


def update(server: ZaloServer, timeout: float = 2) -> Any:
    return call(server, "getUpdates", {"timeout": timeout})[1]["result"]


@contextmanager
def webhook(statuses: list[int]) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """An address that answers with these statuses in turn, then 200; gives what came as secret and body."""
    came: list[tuple[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            came.append((self.headers["X-Bot-Api-Secret-Token"], body))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    listener.daemon_threads = False
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}/hooks/zalo", came
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def until(true: Any, timeout_s: float = 10) -> None:
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def test_an_update_is_one_object_in_milliseconds_and_gone_once_handed_out() -> None:
    with ZaloServer() as server:
        before = int(time.time() * 1000)
        first, second = server.say("u1", "Xin chào"), server.say("u2", "Chào")
        given = update(server)
        assert given["event_name"] == "message.text.received"
        assert given["message"]["message_id"] == first
        assert given["message"]["text"] == "Xin chào"
        assert given["message"]["chat"] == {"id": "u1", "chat_type": "PRIVATE"}
        assert given["message"]["from"]["is_bot"] is False
        assert before <= given["message"]["date"] <= int(time.time() * 1000)
        assert update(server)["message"]["message_id"] == second
        assert call(server, "getUpdates", {"timeout": 0})[1]["error_code"] == 408


def test_a_poll_waits_for_what_comes() -> None:
    with ZaloServer() as server:
        threading.Timer(0.2, server.say, ("u1", "Xin chào")).start()
        began = time.monotonic()
        assert update(server, timeout=10)["message"]["text"] == "Xin chào"
        assert 0.1 < time.monotonic() - began < 5


@pytest.mark.parametrize(("form", "statuses"), [("http", {408}), ("body", {200}), ("both", {200, 408})])
def test_idle_is_408_in_its_forms(form: Any, statuses: set[int]) -> None:
    with ZaloServer(Hostility(idle_408=form)) as server:
        said = [call(server, "getUpdates", {"timeout": "0"}) for _ in range(20)]
        assert {status for status, _ in said} == statuses
        assert {body["error_code"] for _, body in said} == {408}
        assert not any(body["ok"] for _, body in said)


def test_a_poll_of_somebody_who_went_away_takes_nothing() -> None:
    with ZaloServer() as server:
        gone = socket.create_connection(("127.0.0.1", server.port))
        body = b'{"timeout": 30}'
        head = f"POST /bot{server.token}/getUpdates HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        gone.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        until(lambda: server.polls == 1)
        gone.close()
        until(lambda: server.polls == 0)
        server.say("u1", "Xin chào")
        assert update(server)["message"]["text"] == "Xin chào"
        assert server.most_polls == 1


def test_polls_at_once_are_noticed() -> None:
    with ZaloServer() as server:
        polls = [threading.Thread(target=call, args=(server, "getUpdates", {"timeout": 5})) for _ in range(2)]
        for poll in polls:
            poll.start()
        until(lambda: server.polls == 2)
        server.say("u1", "một")
        server.say("u1", "hai")
        for poll in polls:
            poll.join(5)
        assert server.most_polls == 2
        assert len(server.delivered) == 2


@pytest.mark.parametrize(
    ("text", "taken"),
    [("a", True), ("ạ" * 2000, True), ("😀" * 1000, True), ("", False), ("  \n", False), ("ạ" * 2001, False),
     ("😀" * 1001, False), (None, False), (7, False)],
)  # fmt: skip
def test_a_text_has_1_to_2000_characters(text: object, taken: bool) -> None:
    with ZaloServer() as server:
        server.say("u1", "Xin chào")
        status, said = call(server, "sendMessage", {"chat_id": "u1", "text": text, "reply_markup": "left aside"})
        assert status == 200
        assert said["ok"] is taken
        assert said.get("error_code") == (None if taken else 400)
        assert server.sent("u1") == ([text] if taken else [])
        assert bool(server.wrong) is not taken


@pytest.mark.parametrize("chat", [None, 7, "", ["u1"]])
def test_a_chat_is_named_by_a_string(chat: object) -> None:
    with ZaloServer() as server:
        server.say("u1", "Xin chào")
        assert call(server, "sendMessage", {"chat_id": chat, "text": "a"})[1]["error_code"] == 400
        assert server.wrong


def test_only_those_who_wrote_and_did_not_block_can_be_reached() -> None:
    with ZaloServer() as server:
        assert call(server, "sendMessage", {"chat_id": "u1", "text": "a"})[1]["error_code"] == 404
        server.say("u1", "Xin chào")
        assert call(server, "sendMessage", {"chat_id": "u1", "text": "a"})[1]["ok"] is True
        server.block("u1")
        assert call(server, "sendMessage", {"chat_id": "u1", "text": "a"})[1]["error_code"] == 403


def test_wrong_calls_are_refused() -> None:
    with ZaloServer() as server:
        assert call(server, "getMe", token="1:b")[0] == 401
        assert call(server, "getme")[0] == 404
        assert call(server, "sendmessage")[0] == 404
        assert call(server, "getMe", kind="text/plain")[0] == 400
        assert len(server.wrong) == 4
        assert call(server, "getMe")[1]["result"]["account_type"] == "BASIC"


def test_the_plan_holds_so_many_people_and_messages() -> None:
    with ZaloServer(users=2, messages=3) as server:
        for chat in ("u1", "u2", "u3"):
            server.say(chat, "Xin chào")
        said = [call(server, "sendMessage", {"chat_id": chat, "text": "a"})[0] for chat in ("u1", "u2", "u3")]
        assert said == [200, 200, 429]
        assert [call(server, "sendMessage", {"chat_id": "u1", "text": "a"})[0] for _ in range(2)] == [200, 429]
        server.new_month()
        assert call(server, "sendMessage", {"chat_id": "u3", "text": "a"})[0] == 200


def test_too_many_within_a_second_are_refused_with_a_time() -> None:
    with ZaloServer(per_second=5) as server:
        server.say("u1", "Xin chào")
        said = [call(server, "sendMessage", {"chat_id": "u1", "text": "a"})[0] for _ in range(6)]
        assert said == [200] * 5 + [429]
        assert server.most_in_a_second() == 5
        assert server.struck == {"rate": 1}


def test_a_webhook_gets_its_secret_and_keeps_polls_out() -> None:
    with webhook([]) as (address, came), ZaloServer() as server:
        assert call(server, "getWebhookInfo")[0] == 404
        assert call(server, "setWebhook", {"url": address, "secret_token": SECRET})[1]["ok"] is True
        assert call(server, "getWebhookInfo")[1]["result"]["url"] == address
        assert "webhook" in call(server, "getUpdates", {"timeout": 0})[1]["description"]
        number = server.say("u1", "Xin chào")
        until(lambda: came)
        secret, body = came[0]
        assert secret == SECRET
        assert body["ok"] is True
        assert body["result"]["message"]["message_id"] == number
        until(lambda: [each.status for each in server.acknowledged] == [200])
        assert call(server, "deleteWebhook")[1]["ok"] is True
        server.say("u1", "Lần hai")
        assert update(server)["message"]["text"] == "Lần hai"
        assert len(came) == 1


def test_what_a_webhook_refuses_comes_again_before_what_follows_in_that_chat() -> None:
    with webhook([503, 500]) as (address, came), ZaloServer(bare=True) as server:
        call(server, "setWebhook", {"url": address, "secret_token": SECRET})
        sent = [server.say("u1", "một"), server.say("u1", "hai")]
        until(lambda: len(came) == 4)
        assert [body["message"]["message_id"] for _, body in came] == [sent[0]] * 3 + [sent[1]]
        until(lambda: len(server.delivered) == 2)
        assert not server.lost


@pytest.mark.parametrize("secret", ["short", "x" * 257, None])
def test_the_secret_of_a_webhook_has_8_to_256_characters(secret: object) -> None:
    with ZaloServer() as server:
        body = {"url": "https://khaosat.example.vn/hooks/zalo", "secret_token": secret}
        assert call(server, "setWebhook", body)[1]["error_code"] == 400
        assert server.webhook == ""


def test_the_real_one_takes_https_only() -> None:
    with ZaloServer(https_only=True) as server:
        body = {"url": "http://127.0.0.1/hooks/zalo", "secret_token": SECRET}
        assert call(server, "setWebhook", body)[1]["error_code"] == 400


def test_hostile_it_repeats_and_reorders_but_loses_nothing() -> None:
    with ZaloServer(Hostility(duplicates=0.3, reorder=0.5, late_s=0.05, seed=7)) as server:
        sent = [server.say(f"u{number % 20}", str(number)) for number in range(100)]
        twice = server.struck["duplicate"]
        given = [update(server)["message"] for _ in range(100 + twice)]
        numbers = [message["message_id"] for message in given]
        assert twice > 10
        assert set(numbers) == set(sent)
        first = list(dict.fromkeys(numbers))
        assert first != sent
        for chat in range(20):
            mine = [int(message["text"]) for message in given if message["chat"]["id"] == f"u{chat}"]
            assert list(dict.fromkeys(mine)) == sorted(set(mine))


def test_hostile_it_fails_in_many_forms_but_never_half() -> None:
    """What is answered with success arrived, and what is not did not."""
    unkind = Hostility(too_many=0.2, failing=0.4, seed=3)
    with ZaloServer(unkind) as server:
        server.say("u1", "Xin chào")
        taken, forms = [], set()
        for number in range(150):
            try:
                status, said = call(server, "sendMessage", {"chat_id": "u1", "text": str(number)})
            except (OSError, ValueError) as error:
                forms.add(type(error).__name__)
                continue
            forms.add((status, said.get("error_code")))
            taken += [str(number)] if said["ok"] else []
        assert server.sent("u1") == taken
        assert {(429, 429), (200, 429), (500, 500), (200, 500), (200, 403), "JSONDecodeError"} <= forms
        assert len(forms) == 8  # and success, and a connection that breaks


def test_with_cut_a_message_arrives_though_nobody_says_so() -> None:
    with ZaloServer(Hostility(cut=1.0)) as server:
        server.say("u1", "Xin chào")
        with pytest.raises(OSError, match="without response"):
            call(server, "sendMessage", {"chat_id": "u1", "text": "a"})
        assert server.sent("u1") == ["a"]


def test_200_people_are_served_at_once() -> None:
    with ZaloServer(HOSTILE, users=200) as server:
        people = [threading.Thread(target=server.say, args=(f"u{number}", "Xin chào")) for number in range(200)]
        for person in people:
            person.start()
        answered: set[str] = set()
        lock = threading.Lock()

        def answering() -> None:
            while len(answered) < 200:
                try:
                    given = call(server, "getUpdates", {"timeout": 1})[1].get("result")
                    chat = given["message"]["chat"]["id"] if given else ""
                    while chat and not call(server, "sendMessage", {"chat_id": chat, "text": "Chào"})[1]["ok"]:
                        pass
                except (OSError, ValueError):
                    continue  # once it has been given, whoever says it again is the person
                with lock:
                    answered.update({chat} - {""})

        workers = [threading.Thread(target=answering) for _ in range(8)]
        for worker in workers:
            worker.start()
        end = time.monotonic() + 60
        while len(answered) < 200 and time.monotonic() < end:
            time.sleep(0.5)
            server.redeliver(400)  # what broke off between update and reply is said again
        for thread in [*people, *workers]:
            thread.join(10)
            assert not thread.is_alive()
        assert {message.chat for message in server.sends} == {f"u{number}" for number in range(200)}


def test_it_stops_while_somebody_waits() -> None:
    with ZaloServer(CALM) as server:
        held = socket.create_connection(("127.0.0.1", server.port))
        head = f"POST /bot{server.token}/getUpdates HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        held.sendall(head.encode() + b"Content-Length: 2\r\n\r\n{}")
        until(lambda: server.polls == 1)
        began = time.monotonic()
    assert time.monotonic() - began < 3
    assert held.recv(100) == b""
    held.close()
