"""Every act that the code writes into the record has its words, however the code comes by its name."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path

from runtime.words import translate
from survey.rights import ROLES
from webforms.office.comments import ASKED as OF_COMMENTS
from webforms.office.record import ASKED
from webforms.office.record_words import ACT_WORDS, FACT_WORDS, VALUE_WORDS
from workflows.campaign_forms import STEPS
from workflows.comments import STATES
from workflows.responses import Imported

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


def particulars(source: str) -> Iterator[str]:
    """The names of what is told of an act, as written in `facts` beside a call of `audit.note` or in it."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef) or "audit.note" not in ast.unparse(function):
            continue
        for node in ast.walk(function):
            told = node.value if isinstance(node, ast.keyword) and node.arg == "facts" else None
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and "facts" in ast.unparse(node)[:5]:
                told = node.value
            dicts = [each for each in ast.walk(told) if isinstance(each, ast.Dict)] if told is not None else []
            yield from (str(key.value) for each in dicts for key in each.keys if isinstance(key, ast.Constant))


def test_every_particular_has_words_in_both_languages() -> None:
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    found = {name for path in files for name in particulars(path.read_text("utf-8"))}
    assert {"before", "why", "instead_of", "trials", "waiting_again"} <= found
    found |= {field.name for field in dataclasses.fields(Imported)} | set(ASKED) | set(OF_COMMENTS)
    assert found - set(FACT_WORDS) == set(), "name it in FACT_WORDS"
    assert {words for words in FACT_WORDS.values() if translate(words, "vi") == words} == set()


def test_values_that_are_codes_have_words_in_both_languages() -> None:
    assert set(VALUE_WORDS["step"]) == set(STEPS)
    assert set(VALUE_WORDS["state"]) == set(STATES)
    assert set(VALUE_WORDS["role"]) == set(ROLES)
    for name, words in VALUE_WORDS.items():
        assert {each for each in words.values() if translate(each, "vi") == each} == set(), name


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
