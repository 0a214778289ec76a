"""The menu of the office: what somebody may do, in the order of the work."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from survey.rights import Person, may


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu as a page shows it."""

    words: str
    address: str
    here: bool


MENU: tuple[tuple[str, str, str], ...] = (  # right, endpoint, words
    ("see_campaigns", "campaigns.listed", "Campaigns"),
    ("see_questionnaires", "workbench.listed", "Questionnaires"),
    ("see_fieldwork", "board.choose", "Fieldwork board"),
    ("see_quality", "quality.choose", "Data quality"),
    ("read_comments", "comments.choose", "Comments"),
    ("manage_people", "people.listed", "People"),
    ("see_audit", "record.listed", "Record of acts"),
)


PART_OF = {  # rooms without an entry of their own → the room whose entry is marked on their pages
    "campaign_steps": "campaigns",
    "counters": "campaigns",
    "home": "campaigns",
    "posters": "campaigns",
    "publishing": "campaigns",
    "tablets": "campaigns",
    "trials": "workbench",
}


def entries(person: Person) -> tuple[Entry, ...]:
    """What this person may open; the room of the page at hand is marked."""
    at_hand = (request.endpoint or "").partition(".")[0]
    room = PART_OF.get(at_hand, at_hand)
    return tuple(
        Entry(words, url_for(endpoint), endpoint.partition(".")[0] == room)
        for right, endpoint, words in MENU
        if may(person, right)
    )
