"""How far forms came, as the board shows it: in words, numbers and bars, as a sheet and as a picture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from reports.charts import bar
from reports.funnel_charts import Bar, funnel
from reports.names import words_of
from reports.sheets import write_csv
from runtime.words import number_words, translate
from store.models.campaigns import CampaignRow
from store.queries import campaigns
from survey.rights import Person
from webforms.office.door import now
from workflows.board import Wanted
from workflows.funnel import Funnel, funnels
from workflows.places import questionnaire_of

KIND_WORDS = {"web": "Web form", "chat": "Zalo and Telegram"}
STAGE_WORDS = {
    "opened": "Opened",
    "started": "Begun",
    "under_way": "Under way, not yet given up",
    "sent": "Sent",
}
TITLE = "How far forms come"
STOPPED = "Where %(n)s forms stopped"
NOTHING = "Nothing to show yet for this choice."
HEADER_WORDS = {
    "way": "Way",
    "step": "Step",
    "question": "Question",
    "forms": "Forms",
    "share": "Percent of those begun",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a way, or a question at which forms stopped: its words, number, share of those begun, in percent.

    The bar is as long as the number is beside the largest of its table.
    """

    words: str
    n: int
    share: float | None
    bar: Markup


@dataclass(frozen=True, slots=True)
class Way:
    """The web or the chat: how far forms came, and where they stopped."""

    words: str
    steps: tuple[Step, ...]
    stopped: int
    stops: tuple[Step, ...]


def ways(session: Session, campaign: CampaignRow, person: Person, wanted: Wanted) -> list[Way]:
    """The funnels of the board in the reader's language."""
    asked = {item.code: item.text for item in questionnaire_of(campaigns.questionnaire(session, campaign)).items}
    names = {code: words_of(text, person.language) for code, text in asked.items()}
    return [way(each, names, person.language) for each in funnels(session, campaign, person, wanted, now())]


def way(found: Funnel, names: dict[str, str], language: str) -> Way:
    """One funnel with its words; shares are of the forms begun."""

    def step(words: str, n: int, most: int, counts: bool) -> Step:
        share = 100 * n / found.started if found.started and counts else None
        return Step(words, n, share, Markup(bar(100 * n / max(most, 1))))  # noqa: S704 - our own SVG, drawn of a number

    numbers = {"opened": found.opened, "started": found.started, "under_way": found.under_way, "sent": found.sent}
    most = found.opened or found.started
    steps = tuple(
        step(translate(STAGE_WORDS[code], language), n, most, code != "opened")
        for code, n in numbers.items()
        if n is not None
    )
    longest = max((n for _, n in found.stops), default=0)
    stops = tuple(step(names[code], n, longest, True) for code, n in found.stops)
    return Way(translate(KIND_WORDS[found.kind], language), steps, found.stopped, stops)


def sheet(found: list[Way], language: str) -> bytes:
    """The funnels as a sheet, a row a step and a row a question."""
    file = io.BytesIO()
    write_csv(file, [translate(words, language) for words in HEADER_WORDS.values()], rows(found, language))
    return file.getvalue()


def drawing(found: list[Way], title: str, source: str, language: str) -> str:
    """The funnels as a picture for a document."""
    parts: list[tuple[str, list[Bar]]] = []
    for each in found:
        parts.append((each.words, [drawn(step, 0, language) for step in each.steps]))
        if each.stops:
            heading = translate(STOPPED, language) % {"n": number_words(each.stopped, 0, language)}
            parts.append((f"{each.words}: {heading}", [drawn(step, 1, language) for step in each.stops]))
    return funnel(parts or [(translate(NOTHING, language), [])], title, source)


def drawn(step: Step, decimals: int, language: str) -> Bar:
    """A step as the picture has it: the number, and its share where it has one."""
    share = "" if step.share is None else f" ({number_words(step.share, decimals, language)} %)"
    return Bar(step.words, step.n, number_words(step.n, 0, language) + share)


def rows(found: list[Way], language: str) -> Iterator[tuple[str, str, str, int, str]]:
    """Way, step, question, forms and percent."""
    stopped = translate("Stopped here", language)
    for each in found:
        for step in each.steps:
            yield each.words, step.words, "", step.n, percent(step, language)
        for step in each.stops:
            yield each.words, stopped, step.words, step.n, percent(step, language)


def percent(step: Step, language: str) -> str:
    """The share as it is printed, nothing for none."""
    return "" if step.share is None else number_words(step.share, 1, language)
