"""The questionnaire workbench: files become drafts, drafts are looked at and compared, and become frozen versions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from store.models.campaigns import QuestionnaireRow
from store.models.drafts import DraftRow
from store.queries import audit, questionnaires
from survey.comparison import Change, compare
from survey.faults import Fault, shown
from survey.questionnaire import Questionnaire
from survey.reading import fingerprint, read_questionnaire
from survey.xlsform import read_xlsform
from survey.xlsform_sheets import Grid
from workflows.places import questionnaire_of, read_definition
from workflows.prepare import LARGEST_FILE, keep_questionnaire
from workflows.sheets import CONTROL
from workflows.workbooks import is_old_excel, is_packed, read_sheets

ENDINGS = (".yaml", ".yml", ".xlsx")
VERSION = re.compile(r"(?m)^version:[ \t]*[0-9]+")
State = Literal["draft", "published"]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a questionnaire as the workbench shows it."""

    questionnaire: Questionnaire
    definition: str
    sha256: str
    state: State
    kept_at: datetime | None = None
    kept_by: str = ""
    campaigns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How people and addresses name it."""
        return f"{self.questionnaire.code}@{self.questionnaire.version}"


def read_upload(session: Session, name: str, data: bytes, *, renumber: bool = False) -> str | Sequence[Fault]:
    """The definition in a file that somebody sent, or everything that is wrong with it.

    The name's ending must be one of ours, and the content decides what it is. With `renumber`, a version number that
    is taken by other words gives way to the next free one.
    """
    ending = re.search(r"\.[^./\\]{0,20}$", name)
    if not data:
        return [Fault("upload_missing", "file")]
    if ending is None or ending[0].lower() not in ENDINGS:
        return [Fault("upload_ending", "file", {"found": shown(ending[0] if ending else name)})]
    if len(data) > LARGEST_FILE:
        return [Fault("file_too_large", "file", {"found": f"{len(data):,} B", "limit": f"{LARGEST_FILE:,} B"})]
    if is_old_excel(data):
        return [Fault("sheet_old_excel", "file")]
    text = of_workbook(session, data) if is_packed(data) else of_text(data)
    return renumbered(session, text) if renumber and isinstance(text, str) else text


def of_text(data: bytes) -> str | Sequence[Fault]:
    """The definition in a text file."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return [Fault("not_utf8", "file", {"position": str(error.start)})]
    if CONTROL.search(text):
        return [Fault("upload_kind", "file")]
    read = read_questionnaire(text)
    return read if isinstance(read, tuple) else text


def of_workbook(session: Session, data: bytes) -> str | Sequence[Fault]:
    """The definition that an XLSForm workbook says."""
    sheets = read_sheets(data)
    if isinstance(sheets, tuple):
        return sheets
    faults = [
        Fault("sheet_control_character", f"{shown(name)}: row {number}", {"found": f"U+{ord(found[0]):04X}"})
        for name, rows in sheets.items()
        for number, row in enumerate(rows, start=1)
        if (found := CONTROL.search("".join(row)))
    ]
    if faults:
        return faults
    text = read_xlsform(sheets)
    if not isinstance(text, str):
        return text
    return numbered(session, sheets, text)


def numbered(session: Session, sheets: Mapping[str, Grid], text: str) -> str | Sequence[Fault]:
    """A form whose own version is no number of ours takes the next free one, or that under which it is kept already."""
    code = understood(text).code
    kept = {row.version: row.sha256 for row in questionnaires.drafts(session) if row.code == code}
    kept |= {row.version: row.sha256 for row in questionnaires.questionnaires(session) if row.code == code}
    for number, sha256 in kept.items():
        again = read_xlsform(sheets, number)
        if isinstance(again, str) and fingerprint(again) == sha256:
            return again
    return read_xlsform(sheets, max(kept, default=0) + 1)


def understood(text: str) -> Questionnaire:
    """The questionnaire of a definition that was found to be sound."""
    return read_definition(fingerprint(text), text)


def renumbered(session: Session, text: str) -> str:
    """The definition under the next free number, where its own is taken by other words."""
    form = understood(text)
    kept = questionnaires.version(session, form.code, form.version)
    if kept is None or kept.sha256 == fingerprint(text):
        return text
    changed = VERSION.sub(f"version: {questionnaires.highest(session, form.code) + 1}", text, count=1)
    read = read_questionnaire(changed)
    return text if isinstance(read, tuple) else changed


def keep_draft(session: Session, text: str, *, actor: str, at: datetime) -> Questionnaire | Sequence[Fault]:
    """Keep a definition as a draft, in place of an earlier draft of that version; frozen versions never change."""
    read = read_questionnaire(text)
    if isinstance(read, tuple):
        return read
    sha256 = fingerprint(text)
    frozen = questionnaires.version(session, read.code, read.version)
    if frozen is not None:
        return read if frozen.sha256 == sha256 else [frozen_fault(session, read)]
    row = questionnaires.draft(session, read.code, read.version)
    if row is None:
        row = DraftRow(code=read.code, version=read.version)
        session.add(row)
    row.sha256, row.definition, row.kept_at, row.kept_by = sha256, text, at, actor
    session.flush()
    note(session, "questionnaire_imported", read, sha256, actor, at)
    return read


def frozen_fault(session: Session, form: Questionnaire) -> Fault:
    """That this number is taken by other words, and which number is free."""
    following = str(questionnaires.highest(session, form.code) + 1)
    return Fault(
        "questionnaire_frozen", "version", {"code": form.code, "version": str(form.version), "next": following}
    )


def note(session: Session, act: str, form: Questionnaire, sha256: str, actor: str, at: datetime) -> None:
    """Write down what was done to a version."""
    facts = {"version": form.version, "sha256": sha256}
    audit.note(session, at=at, actor=actor, act=act, subject=f"questionnaire:{form.code}", facts=facts)


def publish(session: Session, code: str, number: int, *, actor: str, at: datetime) -> Questionnaire | Sequence[Fault]:
    """Freeze a draft: from now on campaigns can ask it, and it never changes again."""
    row = questionnaires.draft(session, code, number)
    if row is None:
        return [Fault("draft_unknown", "", {"code": code, "version": str(number)})]
    kept = keep_questionnaire(session, row.definition)
    if not isinstance(kept, QuestionnaireRow):
        return kept
    session.delete(row)
    session.flush()
    form = questionnaire_of(kept)
    note(session, "questionnaire_published", form, kept.sha256, actor, at)
    return form


def discard(session: Session, code: str, number: int, *, actor: str, at: datetime) -> Sequence[Fault]:
    """Throw a draft away."""
    row = questionnaires.draft(session, code, number)
    if row is None:
        return [Fault("draft_unknown", "", {"code": code, "version": str(number)})]
    note(session, "questionnaire_discarded", understood(row.definition), row.sha256, actor, at)
    session.delete(row)
    return ()


def versions(session: Session) -> tuple[Version, ...]:
    """Every version, drafts too, by code and then the newest first."""
    used = questionnaires.uses(session)
    found = [published(row, used.get(row.id, ())) for row in questionnaires.questionnaires(session)]
    frozen = {version.name for version in found}
    found += [draft for row in questionnaires.drafts(session) if (draft := drafted(row)).name not in frozen]
    return tuple(sorted(found, key=lambda each: (each.questionnaire.code, -each.questionnaire.version)))


def version(session: Session, code: str, number: int) -> Version | None:
    """That version: the frozen one where there is one, else its draft."""
    if (row := questionnaires.version(session, code, number)) is not None:
        return published(row, questionnaires.uses(session).get(row.id, ()))
    draft = questionnaires.draft(session, code, number)
    return None if draft is None else drafted(draft)


def published(row: QuestionnaireRow, campaigns: Sequence[str]) -> Version:
    """A frozen version."""
    return Version(questionnaire_of(row), row.definition, row.sha256, "published", campaigns=tuple(campaigns))


def drafted(row: DraftRow) -> Version:
    """A draft."""
    form = read_definition(row.sha256, row.definition)
    return Version(form, row.definition, row.sha256, "draft", row.kept_at, row.kept_by)


def named(session: Session, name: str) -> Version | None:
    """The version of a name such as `sipas-quay@1`; of a code alone, the newest frozen one."""
    code, _, number = name.partition("@")
    if number and not re.fullmatch(r"[0-9]{1,4}", number):
        return None
    if number:
        return version(session, code, int(number))
    row = questionnaires.newest(session, code)
    return None if row is None else published(row, questionnaires.uses(session).get(row.id, ()))


def compared(old: Version, new: Version) -> tuple[Change, ...]:
    """What differs between two versions."""
    return compare(old.questionnaire, new.questionnaire)
