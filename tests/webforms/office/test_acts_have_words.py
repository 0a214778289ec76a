"""Every act that the code writes into the record has its words, however the code comes by its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from runtime.words import translate
from webforms.office.record import ACT_WORDS

ROOT = Path(__file__).parents[3]
ROOMS = ("bot", "cli", "scheduler", "store", "webforms", "workflows")
# Where the act is not written out in the call: what it can come to there.
MADE = {
    "workflows/backups.py: BACKED_UP": {"backed up"},
    "workflows/campaign_moves.py: f'campaign_{act}'": {"campaign_close", "campaign_extend", "campaign_reopen"},
    "workflows/campaigns.py: onward": {"open", "closed"},
    "workflows/publication_consent.py: PROPOSED": {"publication_proposed"},
    "workflows/quality.py: f'flag_{after.outcome}'": {"flag_set_aside", "flag_keep"},
    "workflows/rehearsals.py: act": {"rehearsal_begun", "rehearsal_ended"},
    "workflows/tasks.py: act": {"task_done", "task_reopened"},
    "workflows/workbench.py: act": {
        "questionnaire_imported",
        "questionnaire_published",
        "questionnaire_discarded",
    },
}


def acts(source: str, name: str) -> Iterator[tuple[str, bool]]:
    """The act of each call of `audit.note`: itself, or where it is made."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.note":
            given = next(word.value for word in node.keywords if word.arg == "act")
            if isinstance(given, ast.Constant):
                yield str(given.value), True
            else:
                yield f"{name}: {ast.unparse(given)}", False


def test_every_act_has_words_in_both_languages() -> None:
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    found = {act for path in files for act in acts(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())}
    made = {name for name, written in found if not written}
    assert made == set(MADE), "name in MADE what an act that is not written out can come to"
    every = {name for name, written in found if written}.union(*MADE.values())
    assert len(every) > 50
    assert every - set(ACT_WORDS) == set(), "an act without words in webforms/office/record.py"
    assert {act for act in every if translate(ACT_WORDS[act], "vi") == ACT_WORDS[act]} == set()


def test_an_act_without_words_would_be_found() -> None:
    source = "audit.note(session, at=now, actor=actor, act='unheard of', subject='x')"
    assert set(acts(source, "x.py")) == {("unheard of", True)}
    assert "unheard of" not in ACT_WORDS
