"""Somebody wanders at random between chat and browser, forth, back, aside and off: nothing that was answered is lost.

What must hold is said here without the engine: an answer changes only where its own question is answered anew, the
length of the way never grows while one goes forward, and at the end there is one response with the answers on the way.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from runtime.settings import Settings
from store.database import Database
from store.models.collection import ConversationRow
from survey.answers import read
from survey.conditions import Value
from survey.conversation import Accepted, Asked
from survey.faults import Fault
from survey.journey import kept
from survey.questionnaire import NA, OTHER, Item, Questionnaire
from survey.state import state_from_json
from tests.factories import kept_answers, make_campaign
from tests.journeys.runner import HERE
from tests.webforms.chatting import Chatter
from tests.webforms.conftest import Person
from workflows import chat
from workflows.callers import item_of
from workflows.chat import Talk

FORMS = (HERE / "questionnaires" / "visit.yaml", Path(__file__).parent / "every_type.yaml")
LONGEST = 400
WORDS = (
    "Tốt",
    "DỪNG",
    "000000012",
    "{x} %s %(count)s <b>",
    "e" + "\u0301" * 5,
    "שלום \u202e",
    "😀",
    "https://a.vn/c/1",
)
Given = dict[str, list[str]]


def given(item: Item, chance: random.Random) -> Given:
    """What somebody answers; one in six is no answer."""
    if chance.random() < 1 / 6:
        return {item.code: [chance.choice(["", "zzz", "-1", "9" * 30, "dài" * 2000, "31/02/2024"])]}
    if item.na is not None and chance.random() < 0.15:
        return {item.code: [NA]}
    codes = [option.code for option in item.options]
    plain: Mapping[str, Callable[[], list[str]]] = {
        "several": lambda: chance.sample(codes, chance.randint(0, min(3, len(codes)))),
        "number": lambda: [str(chance.randint(0, 6))],
        "date": lambda: [f"{chance.randint(1, 28)}/{chance.randint(1, 12)}/2024"],
        "text": lambda: [chance.choice(WORDS)],
    }
    raw = {item.code: plain[item.type]() if item.type in plain else [chance.choice(codes)]}
    if chance.random() < 0.5 and any(code in item.by_code and item.by_code[code].other for code in raw[item.code]):
        raw[item.code + OTHER] = [chance.choice(WORDS)]
    return raw


@dataclass
class Walk:
    """One person, and what the last look at the form showed."""

    chatter: Chatter
    person: Person
    database: Database
    form: Questionnaire
    chance: random.Random
    before: dict[str, Value] = field(default_factory=dict)
    total: int = 0
    told: list[str] = field(default_factory=list)
    thanked: bool = False
    passed: set[str] = field(default_factory=set)  # whose answer is changed when it is given again
    last: frozenset[str] = frozenset()  # the codes that the last act may have changed

    def held(self) -> tuple[dict[str, Value], int]:
        """The answers as they stand in the database, and how many forms are under way."""
        with self.database.reading() as session:
            rows = [state_from_json(row.state) for row in session.query(ConversationRow).all()]
        return (dict(rows[0].answers) if rows else {}), len(rows)

    def look(self, touched: frozenset[str], doing: str) -> None:
        """Nothing has changed but what was touched."""
        self.told.append(doing)
        now, forms = self.held()
        self.last = own = frozenset(code for each in touched for code in (each, each + OTHER))
        if forms == 0:
            self.thanked = True
            return
        assert forms == 1, self.told
        changed = {code for code in self.before.keys() | now.keys() if self.before.get(code) != now.get(code)}
        assert changed <= own, (changed - own, self.told)
        self.before = now

    def length(self, outcome: Any, back: bool) -> None:
        """The way never grows while one goes forward."""
        asked = next((event for event in getattr(outcome, "events", ()) if isinstance(event, Asked)), None)
        if asked is None:
            return
        assert asked.position <= asked.total, self.told
        if not back and self.total:
            assert asked.total <= self.total, self.told
        self.total = asked.total

    # In the chat.

    def talk(self) -> Talk | None:
        outcome = self.chatter.does(chat.Show())
        return getattr(outcome, "talk", None)

    def chats(self) -> None:
        talk = self.talk()
        if talk is None:
            self.look(frozenset(), "gone")
            return
        item, step = item_of(talk), talk.state.step
        old = self.chance.choice(sorted(self.form.by_code))
        acts: list[chat.Act] = [chat.GoBack(step), chat.Pass(step), chat.Speak(self.chance.choice(["vi", "en", "xx"]))]
        acts += [chat.Stop(), chat.Help(), chat.OnWeb(), chat.Begin(), chat.Unfit("voice"), chat.Old()]
        acts += [chat.Say(old, given(self.form.by_code[old], self.chance)), chat.GoBack(old), chat.Pass(old)]
        acts += [chat.Come("000000012"), chat.Come("zz"), chat.Done(step), chat.Tick(old, "khac")]
        forward = [chat.Begin() if not step else chat.Say(step, given(item, self.chance) if item else {})]
        if item is not None and item.type == "several":
            forward += [chat.Tick(step, self.chance.choice(item.options).code), chat.Done(step)] * 2
        act = self.chance.choice(forward if self.chance.random() < 0.6 else acts)
        outcome = self.chatter.does(act)
        touched = frozenset({step}) if getattr(act, "step", "") == step and not isinstance(act, chat.GoBack) else ()
        assert not isinstance(outcome, chat.Turned) or act == chat.Come("zz"), (outcome, self.told)
        self.look(frozenset(touched), repr(act))
        self.length(outcome, isinstance(act, chat.GoBack) or step in self.passed)
        self.passed |= {step} if isinstance(act, chat.Say | chat.Pass | chat.Done) else set()
        for event in getattr(outcome, "events", ()):
            assert not isinstance(event, Accepted) or self.before[event.item] == event.value, self.told

    # In the browser.

    def browses(self) -> None:
        outcome = self.chatter.does(chat.OnWeb())
        if not isinstance(outcome, chat.Linked):
            self.look(frozenset(), "no link")
            return
        page = self.person.see(self.person.client.get(outcome.url))
        assert page.status_code == 200, (page.text, self.told)
        for _ in range(self.chance.randint(0, 2)):
            asked = list(dict.fromkeys(re.findall(r'name="([a-z_0-9]+)"', self.person.page.text)))
            items = [self.form.by_code[code] for code in asked if code in self.form.by_code]
            if not items and "review" in self.person.page.request.path:
                self.person.open(f"/{self.person.first_missing()}")
                continue
            fields = on_page(self.person.page.text)
            for item in items:
                if self.chance.random() < 0.7 or item.code not in fields:
                    fields.pop(item.code + OTHER, None)
                    fields |= given(item, self.chance)
            self.passed |= {item.code for item in items}
            do = self.chance.choice(["next", "next", "next", "back", "lang:en"])
            self.person.send(fields, do=do)
            assert self.person.page.status_code in (200, 422), (self.person.page.text, self.told)
            self.look(frozenset(item.code for item in items), f"page {do} {fields}")
            if self.thanked:
                break
            if do == "next" and self.person.page.status_code == 200:
                for item in items:
                    value = read(item, fields.get(item.code, []))
                    assert isinstance(value, Fault) or self.before.get(item.code) == value, (item.code, self.told)
        self.total = 0


def on_page(page: str) -> dict[str, Any]:
    """What the fields of a page hold, as a browser sends them back."""
    held: dict[str, Any] = {}
    for name, value in re.findall(r'name="([a-z_0-9.]+)" value="([^"]*)"[^>]* checked', page):
        held.setdefault(name, []).append(unescape(value))
    for name, value in re.findall(r'type="text"[^>]*name="([a-z_0-9.]+)"[^>]*value="([^"]+)"', page):
        held[name] = [unescape(value)]
    for name, value in re.findall(r'<textarea[^>]*name="([a-z_0-9.]+)"[^>]*>([^<]+)</textarea>', page):
        held[name] = [unescape(value)]
    return held


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", range(3))
def test_whoever_wanders_loses_nothing(
    path: Path, seed: int, app: Flask, settings: Settings, database: Database
) -> None:
    text = path.read_text(encoding="utf-8")
    with database.writing() as session:
        make_campaign(session, text=text)
    chatter = Chatter(settings, database)
    begun = chatter.does(chat.Come("000000012"))
    walk = Walk(chatter, Person(app.test_client()), database, begun.talk.place.questionnaire, random.Random(seed))
    for _ in range(LONGEST):
        (walk.browses if walk.chance.random() < 0.12 else walk.chats)()
        if walk.thanked:
            break
    answers = kept_answers(database)
    assert walk.thanked, walk.told
    assert len(answers) == 1, walk.told
    assert isinstance(chatter.does(chat.Come("000000012")), chat.Already)
    last = {code: answers[0][code] for code in walk.last if code in answers[0]}
    so_far = {code: value for code, value in walk.before.items() if code not in walk.last}
    assert kept(walk.form, so_far | last) == answers[0], walk.told
