"""People on Zalo who answer by chat over and over, do what the chat shows, and ask for more where nothing comes."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from runtime.words import translate
from survey.counter_codes import spoken
from survey.questionnaire import NA, Questionnaire
from survey.reading import read_questionnaire
from tests.factories import definition
from tests.zalo_server import ZaloServer
from tests.zalo_wire import Sent

RECEIPT = re.compile(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}\b")
QUESTION = re.compile(translate("Question %(position)s/%(total)s", "vi") % {"position": r"(\d+)", "total": r"\d+"})
NOTED = re.compile(translate("Noted: %(answer)s", "vi") % {"answer": "(.+)"})
GO_ON = translate("Please go on here:", "vi")
BEGIN = translate("If you agree, please send 1 to begin.", "vi")
ASK_TWICE = 2
HOME_S = 90.0  # whoever hears nothing for so long goes home, and that is told


def form_asked() -> Questionnaire:
    """The short form at a counter: choices, and last of all words of one's own."""
    found = read_questionnaire(definition())
    assert isinstance(found, Questionnaire), found
    return found


ITEMS = form_asked().items
CHOICES = tuple(  # at each question but the last: code and label, by the number that is typed less one
    [(option.code, option.text["vi"]) for option in item.options] + ([(NA, item.na["vi"])] if item.na else [])
    for item in ITEMS[:-1]
)


@dataclass(slots=True)
class Form:
    """A form as its person means it: the number of an option at each question, and words that nobody else writes."""

    counter: str
    numbers: tuple[int, ...]
    words: str
    answered: int = -1  # the last question that was replied to, 0 once the person has agreed to begin
    receipt: str = ""
    left: bool = False  # unfinished, with the answer to the last reply seen

    def reply(self, place: int) -> str:
        """What is typed at a question, counted from 1; the first message is 0 and asks to begin."""
        if place == 0:
            return "1"
        return str(self.numbers[place - 1]) if place <= len(self.numbers) else self.words

    def label(self, place: int) -> str:
        """How the chat names that reply; nothing for words of one's own."""
        return CHOICES[place - 1][self.numbers[place - 1] - 1][1] if 1 <= place <= len(self.numbers) else ""

    def kept(self) -> dict[str, str]:
        """The answers so far, as they are to be stored."""
        chosen = [choices[number - 1][0] for choices, number in zip(CHOICES, self.numbers, strict=True)]
        given = [*chosen, self.words][: max(0, self.answered)]
        return {item.code: answer for item, answer in zip(ITEMS, given, strict=False)}


def new_form(counter: str, words: str, chance: random.Random) -> Form:
    """A form in which no answer is like the one before it, so that one that went to another question is noticed."""
    numbers: list[int] = []
    for choices in CHOICES:
        numbers.append(chance.choice([n for n in range(1, len(choices) + 1) if n not in numbers[-1:]]))
    return Form(counter, tuple(numbers), words)


@dataclass(slots=True)
class Person:
    """Somebody on Zalo, with what has come and was not read yet."""

    chat: str
    mark: str  # nobody else writes it
    crowd: ChatCrowd
    chance: random.Random
    news: SimpleQueue[str] = field(default_factory=SimpleQueue)
    forms: list[Form] = field(default_factory=list)
    asked: bool = False  # “tiếp” was sent because nothing came, and nothing has come since
    backs: int = 0  # how often an answer that went to the wrong question was taken back
    doubted: int = 0  # how often the chat, when asked, showed a question as open that was answered

    def answer_forms(self) -> None:
        """One form after another, until all are answered or everybody is to stop."""
        counters = self.crowd.counters
        for number in range(self.crowd.forms_each):
            if self.crowd.stopped.is_set():
                return
            form = new_form(
                self.chance.choice(counters), f"Chờ hơi lâu, lần thứ {number + 1} ({self.mark}).", self.chance
            )
            self.forms.append(form)
            self.take(form)
            if not form.receipt:
                return

    def take(self, form: Form) -> None:
        """One form, from the code on the poster to the receipt."""
        self.doubted = 0
        self.say(f"Gửi mã {spoken(form.counter)}")
        heard_at = time.monotonic()
        while not form.receipt and not form.left:
            try:
                text = self.news.get(timeout=self.crowd.patience_s)
            except Empty:
                if time.monotonic() - heard_at > HOME_S:
                    self.crowd.strange.append(f"nobody answers after question {form.answered}")
                    return
                self.go_on()
                continue
            heard_at = time.monotonic()
            time.sleep(self.chance.uniform(0, self.crowd.thinks_s))
            self.read(form, text)

    def say(self, text: str) -> None:
        """Type a message."""
        self.crowd.count("said")
        self.crowd.server.say(self.chat, text)

    def go_on(self) -> None:
        """Ask for what is open."""
        self.asked = True
        self.crowd.count("went_on")
        self.say("tiếp")

    def read(self, form: Form, text: str) -> None:
        """Do what a message asks for; the receipt of a form before comes twice where a sender was killed."""
        asked, self.asked = self.asked, False
        receipt, question = RECEIPT.search(text), QUESTION.search(text)
        if receipt is not None:
            if all(receipt[0] != other.receipt for other in self.forms):
                form.answered, form.receipt = len(ITEMS), receipt[0]
        elif question is not None:
            self.at_question(form, int(question[1]), text, asked)
        elif BEGIN in text:
            self.reply(form, 0, asked)
        elif asked:  # nothing is open: the code did not arrive
            self.say(f"Gửi mã {spoken(form.counter)}")

    def at_question(self, form: Form, place: int, text: str, asked: bool) -> None:
        """Reply to a question, or go back to the one that got a reply which was meant for another."""
        noted = NOTED.search(text)
        if place > form.answered + 1 or (noted is not None and noted[1].strip() != form.label(place - 1)):
            self.backs += 1
            form.answered = place - 2
            self.say("0")
        elif place == form.answered + 1 and self.crowd.stopped.is_set() and self.leaves(place):
            form.left = True
        else:
            self.reply(form, place, asked and GO_ON in text)

    def leaves(self, place: int) -> bool:
        """Whether the person goes away here once all are to stop: one in two of those who are amid a form."""
        return place > 1 and int(self.chat[-1], 16) % 2 == 0

    def reply(self, form: Form, place: int, shown: bool) -> None:
        """Reply once; again only where updates may be lost and the chat, asked twice, has no reply there."""
        if place <= form.answered:
            self.doubted = self.doubted + 1 if shown and self.crowd.may_lose else 0
            if self.doubted < ASK_TWICE:
                return  # it was seen before, and came a second time
            self.crowd.count("said_again")
        self.doubted = 0
        form.answered = place
        self.say(form.reply(place))


@dataclass(slots=True, eq=False)
class ChatCrowd:
    """People in threads at one Zalo server, and what they did."""

    server: ZaloServer
    counters: Sequence[str]
    patience_s: float
    thinks_s: float
    may_lose: bool = False  # whether an update can be lost on its way, so that an answer may have to be given again
    forms_each: int = 1_000_000
    counts: dict[str, int] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, people: int, seed: int = 20240517) -> None:
        """Let so many people begin."""
        chance = random.Random(seed)
        for _ in range(people):
            chat, mark = f"{chance.getrandbits(80):020x}", f"dấu {chance.getrandbits(64):016x}"
            self.people[chat] = Person(chat, mark, self, random.Random(chance.random()))
        self.server.tell = self.hear
        for person in self.people.values():
            self.threads.append(threading.Thread(target=person.answer_forms, daemon=True))
            self.threads[-1].start()

    def hear(self, sent: Sent) -> None:
        """A message has come to somebody."""
        self.people[sent.chat].news.put(sent.text)

    def count(self, name: str) -> None:
        """One more of these."""
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1

    def number(self, name: str) -> int:
        """How many of these there were."""
        return self.counts.get(name, 0)

    def wait(self, seconds: float) -> None:
        """Until everybody has gone."""
        until = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.0, until - time.monotonic()))
        if any(thread.is_alive() for thread in self.threads):
            raise TimeoutError(f"somebody is still there after {seconds} s; {self.strange[:3]}")

    def stop(self, seconds: float = 3 * HOME_S) -> None:
        """Let everybody finish the form that they are at, or leave it."""
        self.stopped.set()
        self.wait(seconds)

    @property
    def forms(self) -> list[Form]:
        """Every form that anybody took up."""
        return [form for person in self.people.values() for form in person.forms]
