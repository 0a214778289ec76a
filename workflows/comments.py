"""Free comments: gathered with what could tell a person hidden, read by topic, decided upon before they are public."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from sqlalchemy.orm import Session

from store.database import Database
from store.models.campaigns import CampaignRow, QuestionnaireRow
from store.models.collection import ResponseRow
from store.models.comments import CommentRow
from store.queries import audit, campaigns, comments, progress
from store.queries.comments import Wanted
from survey.comments import Lexicon, names, plain, read_lexicon, redacted, toned, topics_of
from survey.faults import Fault
from survey.receipt import KEY_BYTES
from survey.rights import Person, reach
from workflows.places import BrokenInstrumentError, questionnaire_of

Sheet = list[tuple[str, str, str, str, str]]
AT_ONCE = 2_000
STATES = ("waiting", "shown", "withheld")
PAGE = 40


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment as it is read; its key tells the version of what is hidden from it, too."""

    key: str
    unit: str
    words: str
    language: str
    topics: tuple[str, ...]
    state: str
    reason: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The comments of a campaign that somebody asked for: one page of them, and what all of them are about."""

    remarks: tuple[Remark, ...]
    found: int
    page: int
    pages: int
    states: Mapping[str, int]
    topics: tuple[tuple[str, str, int], ...]  # code, name, comments; the most frequent first
    units: tuple[tuple[int, str], ...]
    held_back: int  # units with comments whose answers are too few to show one


@cache
def lexicon() -> Lexicon:
    """The shipped file of topics and redactions, read once a process."""
    read = read_lexicon((files("instruments") / "comments.yaml").read_text(encoding="utf-8"))
    if isinstance(read, tuple):
        raise BrokenInstrumentError(f"comments.yaml: {read[0]}")
    return read


def gather(database: Database, campaign: str) -> int:
    """Take the words of new responses in, redacted; gives how many comments that made."""
    total = 0
    while True:
        with database.writing() as session:
            row = campaigns.held(session, campaign)
            found = comments.ungathered(session, row.id, AT_ONCE) if row is not None else ()
            made = [comment for each in found for comment in comments_of(session, each)]
            session.add_all(made)
        if not found:
            return total
        total += sum(comment.state == "waiting" for comment in made)


def comments_of(session: Session, row: ResponseRow) -> list[CommentRow]:
    """The comments of a response; where it holds none, a mark that it was looked at."""
    version = questionnaire_of(session.get_one(QuestionnaireRow, row.questionnaire_id))
    texts = {item.code for item in version.items if item.type == "text"}
    said = {code: text for code, text in json.loads(row.words or "{}").items() if code in texts and text.strip()}
    return [comment_of(row, code, text) for code, text in said.items()] or [looked_at(row)]


def comment_of(row: ResponseRow, item: str, text: str) -> CommentRow:
    """A comment that waits for somebody to read it."""
    words = redacted(text, lexicon())
    return CommentRow(
        **place_of(row),
        item=item,
        words=words,
        toned=toned(words),
        plain=plain(words),
        topics=list(topics_of(words, lexicon())),
        state="waiting",
        reason="",
    )


def looked_at(row: ResponseRow) -> CommentRow:
    """What stands for a response whose words are no comment: a number, a day, words beside an option."""
    return CommentRow(
        **place_of(row), item="", words="", toned="", plain="", topics=[], state="withheld", reason="no comment"
    )


def place_of(row: ResponseRow) -> dict[str, object]:
    """What a comment keeps of its response: campaign, unit, month and language."""
    return {
        "id": secrets.token_bytes(KEY_BYTES),
        "response_id": row.id,
        "campaign_id": row.campaign_id,
        "unit_id": row.unit_id,
        "month": row.day.replace(day=1),
        "language": row.language,
        "lexicon": lexicon().version,
        "decided_by": "",
        "decided_at": None,
    }


def wanted(campaign: CampaignRow, units: frozenset[int] | None, asked: Mapping[str, str]) -> Wanted:
    """The comments that an address asks for; words with a tone mark are searched with it, others without any."""
    said = asked.get("q", "")[:200]
    marked = plain(said) != toned(said)
    state = asked.get("state", "")
    return Wanted(
        campaign.id,
        units,
        state if state in STATES else "",
        asked.get("topic", ""),
        toned(said) if marked else "",
        "" if marked else plain(said),
    )


def read(session: Session, campaign: CampaignRow, person: Person, asked: Mapping[str, str], language: str) -> Reading:
    """What a person may read of a campaign's comments: of units with enough answers that no writer stands out."""
    titles, mine, enough = places(session, campaign, person)
    rows = chosen(session, campaign, mine & enough, asked)
    counted = Counter(code for row in rows for code in row.topics)
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(number_of(asked.get("page", "1")), 1), pages)
    held_back = {row.unit_id for row in comments.comments(session, Wanted(campaign.id, mine - enough)) if row.item}
    return Reading(
        tuple(remark(row, titles) for row in rows[(page - 1) * PAGE : page * PAGE]),
        len(rows),
        page,
        pages,
        Counter(row.state for row in rows),
        tuple((code, names(lexicon(), language).get(code, code), n) for code, n in counted.most_common()),
        tuple(sorted(((unit, titles[unit]) for unit in mine & enough), key=lambda each: each[1])),
        len(held_back),
    )


def number_of(text: str) -> int:
    """The number of a page as an address has it, 1 for what is none.

    >>> number_of("7"), number_of("x"), number_of("9" * 5000)
    (7, 1, 1)
    """
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def places(
    session: Session, campaign: CampaignRow, person: Person
) -> tuple[Mapping[int, str], frozenset[int], frozenset[int]]:
    """Names of the campaign's units, those whose comments a person may read, and those with enough answers."""
    titles = {row.unit_id: row.short_name for row in campaigns.campaign_units(session, campaign.id)}
    reached = reach(person, "read_comments")
    mine = frozenset(titles) if reached is None else reached & frozenset(titles)
    return titles, mine, frozenset(units_with_enough(session, campaign))


def chosen(
    session: Session, campaign: CampaignRow, units: frozenset[int], asked: Mapping[str, str]
) -> list[CommentRow]:
    """The comments of these units that an address asks for."""
    of = frozenset(unit for unit in units if asked.get("unit", "") in ("", str(unit)))
    return [row for row in comments.comments(session, wanted(campaign, of, asked)) if row.item]


@dataclass(frozen=True, slots=True)
class Voices:
    """The comments of a campaign that everybody may read, a page of them, and the units that they are about."""

    remarks: tuple[Remark, ...]
    found: int
    page: int
    pages: int
    units: tuple[tuple[str, str], ...]  # code and short name


def public(session: Session, campaign: CampaignRow, unit: str, page: int) -> Voices:
    """What somebody has read and found fit for everybody, of units with enough answers."""
    titles = {row.unit_id: row for row in campaigns.campaign_units(session, campaign.id)}
    enough = frozenset(titles) & units_with_enough(session, campaign)
    rows = comments.comments(session, Wanted(campaign.id, enough, "shown"))
    there = {titles[row.unit_id].code: titles[row.unit_id].short_name for row in rows}
    of_unit = [row for row in rows if unit in ("", titles[row.unit_id].code)]
    pages = max(1, -(-len(of_unit) // PAGE))
    page = min(max(page, 1), pages)
    names_of = {unit_id: row.short_name for unit_id, row in titles.items()}
    shown = tuple(remark(row, names_of) for row in of_unit[(page - 1) * PAGE : page * PAGE])
    return Voices(shown, len(of_unit), page, pages, tuple(sorted(there.items(), key=lambda each: each[1])))


def units_with_enough(session: Session, campaign: CampaignRow) -> set[int]:
    """The units that have so many answers that a comment does not point to whoever wrote it."""
    counted = progress.numbers(session, campaign.id, ["valid"])
    return {unit for unit, number in counted.items() if number >= campaign.disclosure_minimum}


def remark(row: CommentRow, titles: Mapping[int, str]) -> Remark:
    """A comment for the page."""
    told = (row.words, row.language, tuple(row.topics), row.state, row.reason, row.decided_by)
    return Remark(f"{row.id.hex()}.{row.lexicon}", titles.get(row.unit_id, "–"), *told)


def decide(
    session: Session,
    campaign: CampaignRow,
    person: Person,
    keys: Sequence[str],
    state: str,
    reason: str,
    at: datetime,
) -> int | Sequence[Fault]:
    """Show, withhold or take back what was decided on these comments; gives how many changed, or all that is wrong."""
    reason = " ".join(reason.split())[:300]
    faults = []
    if state not in STATES:
        faults.append(Fault("unknown_decision", "state", {"found": state[:40]}))
    if state == "withheld" and not reason:
        faults.append(Fault("reason_missing", "reason", {}))
    if not keys:
        faults.append(Fault("nothing_ticked", "keys", {}))
    if faults:
        return faults
    changed = sum(
        comments.decide(session, campaign.id, each, state, reason, person.email, at) for each in map(key_of, keys)
    )
    facts = {"state": state, "comments": changed, "reason": reason or "–"}
    audit.note(session, at=at, actor=person.email, act="comments decided", subject=campaign.code, facts=facts)
    return changed


def key_of(text: str) -> tuple[bytes, int]:
    """The key of a comment that was read as a form brings it; an empty one, which no comment has, where it is none.

    >>> key_of("0aff.2"), key_of("x")
    ((b'\\n\\xff', 2), (b'', 0))
    """
    key, _, version = text[:60].partition(".")
    try:
        return bytes.fromhex(key), min(abs(int(version)), 10_000)
    except ValueError:
        return b"", 0


def sheet(session: Session, campaign: CampaignRow, person: Person, asked: Mapping[str, str], language: str) -> Sheet:
    """The same comments as rows of a sheet, all pages of them."""
    titles, mine, enough = places(session, campaign, person)
    rows = [remark(row, titles) for row in chosen(session, campaign, mine & enough, asked)]
    told = names(lexicon(), language)
    return [
        (row.unit, row.words, ", ".join(told.get(code, code) for code in row.topics), row.state, row.reason)
        for row in rows
    ]
