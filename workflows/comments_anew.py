"""Comments kept under an older list of redactions and topics, read again from the words as they were written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.database import Database
from store.queries import audit, campaigns, comments
from store.queries.comments import Outdated
from survey.comments import Lexicon, plain, redacted, toned, topics_of

AT_ONCE = 500
REOPENED = "redacted_anew"  # why a comment waits again that somebody had decided upon


@dataclass(frozen=True, slots=True)
class Renewed:
    """A comment as a newer list has it; `changed` says whether other words are hidden than before."""

    key: bytes
    words: str
    topics: tuple[str, ...]
    changed: bool


def renew(database: Database, code: str, now: datetime, lexicon: Lexicon) -> int:
    """Redact and sort a campaign's comments of an older list anew, in batches; gives how many that were.

    What was decided stands, unless the text that can be read has changed: then the comment waits to be read again.
    The texts are worked out before anything is locked.
    """
    total = 0
    while True:
        with database.snapshot() as session:
            row = campaigns.campaign(session, code)
            rows = comments.outdated(session, row.id, lexicon.version, AT_ONCE) if row is not None else ()
        if row is None or not rows:
            return total
        found = [renewed(each, lexicon) for each in rows]
        total += keep(database, code, row.id, found, lexicon.version, now)


def renewed(row: Outdated, lexicon: Lexicon) -> Renewed:
    """A comment from its original words; where these are gone, from what was left of them."""
    words = redacted(json.loads(row.original or "{}").get(row.item, row.words), lexicon) if row.item else ""
    return Renewed(row.key, words, topics_of(words, lexicon), words != row.words)


def keep(database: Database, code: str, campaign_id: int, found: Sequence[Renewed], version: int, now: datetime) -> int:
    """Keep a batch and write the act down; gives how many comments it held that nobody else has renewed meanwhile."""
    with database.writing() as session:
        states = comments.hold_outdated(session, [each.key for each in found], version)
        mine = [each for each in found if each.key in states]
        changed = [each for each in mine if each.changed]
        again = [each for each in changed if states[each.key] != "waiting"]
        comments.renew(session, [in_columns(each, version) for each in mine])
        comments.reopen(session, [each.key for each in again], REOPENED)
        told = [each for each in mine if each.words]
        if told:
            facts = {
                "lexicon": version,
                "comments": len(told),
                "changed": len(changed),
                "waiting_again": len(again),
                "left": comments.count_outdated(session, campaign_id, version),
            }
            audit.note(session, at=now, actor="clock", act="comments_redacted_anew", subject=code, facts=facts)
    return len(told)


def in_columns(found: Renewed, version: int) -> dict[str, object]:
    """What a renewed comment keeps."""
    return {
        "key": found.key,
        "to_words": found.words,
        "to_toned": toned(found.words),
        "to_plain": plain(found.words),
        "to_topics": list(found.topics),
        "to_lexicon": version,
    }
