"""Releases of made-up campaigns: seeded answers of both streams over units, strata and questions of every kind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from scoring.design import Stratum
from scoring.figure import as_dict
from scoring.frames import Frame, frame
from scoring.parameters import Disclosure, Rules
from scoring.places import Campaign
from scoring.tallies import Cell, Tally, tally
from store.models.campaigns import CampaignRow, CampaignUnitRow, QuestionnaireRow
from survey.document import NA_BYTE
from survey.questionnaire import Questionnaire
from survey.reading import fingerprint, read_questionnaire
from workflows.index import Counted, told
from workflows.methods import methods
from workflows.release_files import release_files

TEXT = (Path(__file__).parent / "release.yaml").read_text(encoding="utf-8")
NOON = datetime(2026, 5, 5, 5, tzinfo=UTC)


def make_frame() -> Frame:
    """The frame of the questionnaire of these tests."""
    read = read_questionnaire(TEXT)
    assert isinstance(read, Questionnaire), read
    return frame(read)


def answers(chance: np.random.Generator, shape: Frame, people: int, *, level: float, blank: float) -> np.ndarray:
    """So many random documents: levels lie around `level` of the scale, and a share `blank` of the items is left out.

    Items whose code begins with “it_” are seldom answered.
    """
    codes = np.zeros((people, shape.width), dtype=np.uint8)
    for column in shape.columns:
        size = len(column.options)
        if column.several:
            codes[:, column.offset] = chance.integers(0, 2**size, people)
        else:
            codes[:, column.offset] = 1 + chance.binomial(size - 1, level, people)
        codes[chance.random(people) < 0.03, column.offset] = NA_BYTE
        empty = 0.85 if column.code.startswith("it_") else blank
        codes[chance.random(people) < empty, column.offset : column.offset + column.width] = 0
    return codes


def make_counted(
    seed: int,
    returned: Mapping[str, Sequence[int]],
    *,
    stream: str = "sample",
    known: bool = True,
    method: str = "M1",
    grouping: str = "G1",
    alike: str = "",
) -> Counted:
    """A campaign whose units (their block is their first letter) got so many forms back in each of their strata.

    `known` False: the sizes of strata are not known. In the unit `alike` everybody answers alike.
    """
    chance, shape = np.random.default_rng(seed), make_frame()
    tallies, strata = {}, []
    for unit, sizes in returned.items():
        for at, people in enumerate(sizes):
            name = f"{unit}-{at}" if stream == "sample" and known else ""
            if name:
                size = people if at == 1 else 3 * people + int(chance.integers(0, 900))
                strata.append(Stratum(name, unit, size, min(size, 2 * people)))
            if not people:
                continue
            level = 0.99999 if unit == alike else float(chance.uniform(0.4, 0.9))
            codes = answers(chance, shape, people, level=level, blank=0.0 if unit == alike else 0.08)
            numbers = tally(shape, codes, np.zeros(people, dtype=np.int64), 1, products=stream == "sample")
            cell = Cell(stream, unit, "", name)
            counted = Tally(numbers[0])
            tallies[cell] = tallies[cell] + counted if cell in tallies else counted
    chosen = methods().method(method), methods().grouping(grouping)
    rules = Rules(*chosen, Disclosure(5, 30), methods().interval, public=True)
    campaign = Campaign({unit: unit[0] for unit in returned}, {}, strata)
    row = CampaignRow(
        code="thu", title={"vi": "Thử", "en": "Trial"}, basis=stream, opens=date(2026, 1, 1), closes=date(2026, 5, 1)
    )
    version = QuestionnaireRow(code="phieu", version=1, sha256=fingerprint(TEXT), definition=TEXT)
    return Counted(row, version, shape, tallies, tallies, campaign, rules)


def make_files(found: Counted) -> dict[str, bytes]:
    """The files of its release."""
    figures = told(found)
    document: dict[str, Any] = {
        "campaign": "thu",
        "questionnaire": {"code": "phieu", "version": 1, "sha256": found.version.sha256},
        "computed_at": NOON.isoformat(),
        "answers": {"sample": {"issued": sum(stratum.issued for stratum in found.campaign.strata)}},
        "figures": [as_dict(figure) for figure in figures],
    }
    units = [
        CampaignUnitRow(code=code, name=f"Đơn vị {code}", level="commune", block=block)
        for code, block in found.campaign.units.items()
    ]
    return release_files(found, figures, json.dumps(document), units, None)


def write(files: Mapping[str, bytes], folder: Path) -> Path:
    """The files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
