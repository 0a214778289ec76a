"""What the documents say is so: settings, commands, rooms, links, examples."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from sqlalchemy.orm import Session

from cli.__main__ import hailong
from runtime.settings import SECRETS, Settings
from store.database import open_database, upgrade
from store.models.campaigns import CampaignRow
from survey.campaign import CampaignPlan, read_campaign
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire
from workflows import counters, response_rows, strata
from workflows.campaigns import create_from_file
from workflows.responses import Imported, import_responses
from workflows.sheets import Sheet, read_sheet
from workflows.units import LINK_COLUMNS, UNIT_COLUMNS, UNIT_NEEDED, Changes, import_units

ROOT = Path(__file__).parent.parent
LEFT_OUT = {".venv", "var", "build", ".hypothesis", ".git", "node_modules"}
LINK = re.compile(r"(?:\]\(|src=\")([^)\s\"]+)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINES_OF_A_DECISION = 25
LARGEST_PICTURE = 200_000


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def documents() -> list[Path]:
    return [path for path in sorted(ROOT.rglob("*.md")) if not LEFT_OUT & set(path.relative_to(ROOT).parts)]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def fences(path: str, language: str) -> list[str]:
    return [body for found, body in FENCE.findall(text_of(path)) if found == language]


def setting_names() -> list[str]:
    fields = Settings.model_fields.items()
    names = [str(field.validation_alias) if field.validation_alias else name.upper() for name, field in fields]
    return [*names, *(f"{name}_FILE" for name in SECRETS)]


@pytest.mark.parametrize("name", setting_names())
def test_a_setting_is_explained(name: str) -> None:
    assert f"`{name}`" in text_of("docs/settings.md")
    assert re.search(rf"^#?{name}=", text_of(".env.example"), re.MULTILINE)


def test_a_setting_that_is_explained_is_there() -> None:
    in_example = re.findall(r"^#?([A-Z_]+)=", text_of(".env.example"), re.MULTILINE)
    in_table = re.findall(r"^\| `([A-Z_]+)` \|", text_of("docs/settings.md"), re.MULTILINE)
    assert sorted(in_example) == sorted(setting_names())
    assert sorted(in_table) == sorted(set(setting_names()) - {f"{name}_FILE" for name in SECRETS})


def test_the_example_of_settings_starts_development(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in setting_names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    plain = Settings()
    (tmp_path / ".env").write_text(text_of(".env.example"), encoding="utf-8")
    assert Settings() == plain


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, (*path, name))
    else:
        yield " ".join(path)


@pytest.mark.parametrize("command", sorted(commands(hailong)))
def test_a_command_has_its_line(command: str) -> None:
    lines = re.findall(
        rf"^\| `hailong {command}(?: [^`]*)?` \| .+ \| .+ \|$", text_of("docs/commands.md"), re.MULTILINE
    )
    assert len(lines) == 1


def test_a_line_has_its_command() -> None:
    known = set(commands(hailong))
    named = [line.split("`")[1].split() for line in text_of("docs/commands.md").splitlines() if line.startswith("| `")]
    for words in named:
        plain = [word for word in words[1:] if word.isalpha() and word.islower()]
        assert " ".join(plain) in known, words


def command_lines(text: str) -> list[str]:
    inline = re.findall(r"`(hailong [^`]+)`", text)
    blocks = "\n".join(body for _, body in FENCE.findall(text))
    return inline + [line for line in blocks.splitlines() if "hailong " in line]


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_commands_in_documents_exist(path: Path) -> None:
    known = set(commands(hailong))
    groups = {name.split()[0] for name in known if " " in name}
    for line in command_lines(path.read_text(encoding="utf-8")):
        for first, second in re.findall(r"(?:^|[ /])hailong ([a-z]+)(?: ([a-z]+))?(?=$|[^a-z/.@])", line):
            if first in groups or first in known:
                assert first in known or not second or f"{first} {second}" in known, line


def packages() -> list[str]:
    project = tomllib.loads(text_of("pyproject.toml"))
    return [*(name for name in project["tool"]["setuptools"]["packages"] if "." not in name), "tests"]


@pytest.mark.parametrize("room", packages())
def test_a_room_has_its_sign(room: str) -> None:
    assert f"`{room}/`" in text_of("docs/rooms.md")
    assert f"`{room}/`" in text_of("README.md")
    assert f"`{room}/`" in text_of("CONTRIBUTING.md")


def named_modules() -> list[tuple[str, str]]:
    """Room and module of every name in the bullets of rooms.md."""
    chapter = text_of("docs/rooms.md").split("## What is where")[1].split("\n## ")[0]
    bullets = re.findall(r"^- \*\*(\w+)\*\*: (.*?)(?=^- |\Z)", chapter, re.MULTILINE | re.DOTALL)
    return [(room, name) for room, words in bullets for name in re.findall(r"(?<!\()`([a-z_./]+)`", words)]


@pytest.mark.parametrize(("room", "name"), named_modules())
def test_a_module_that_is_named_is_there(room: str, name: str) -> None:
    place = ROOT / room / name
    assert place.exists() or place.with_suffix(".py").exists()


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:|#", target):
            continue
        place, _, heading = target.partition("#")
        assert (path.parent / place).exists(), target
        assert not heading or heading in headings(path.parent / place), target


def headings(path: Path) -> set[str]:
    lines = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=name_of)
def test_a_decision_is_short_and_says_what_it_rejected(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {path.name[:4]} \S", text)
    assert text.count("\n") <= LINES_OF_A_DECISION
    assert "Rejected" in text or "Not included" in text


def test_decisions_have_numbers_of_their_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))


def test_pictures_are_small_and_shown() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").glob("*.png"))
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name
        assert picture.name in text_of("README.md"), picture.name


def example() -> str:
    return fences("docs/questionnaires.md", "yaml")[0]


def test_the_example_questionnaire_has_no_fault() -> None:
    read = read_questionnaire(example())
    assert isinstance(read, Questionnaire), read
    assert {question.type for section in read.sections for question in section.questions} >= {
        "scale", "single", "several", "yes_no", "matrix", "number", "text",
    }  # fmt: skip


@pytest.mark.parametrize(
    "condition",
    [line for body in fences("docs/questionnaires.md", "") for line in body.splitlines() if "show_if" in line],
)
def test_an_example_of_a_condition_has_no_fault(condition: str) -> None:
    note = f"      - code: them\n        type: note\n        text: {{vi: Thêm, en: More}}\n        {condition}\n"
    assert isinstance(read_questionnaire(example() + note), Questionnaire)


def test_the_example_campaign_has_no_fault_and_writes_out_the_defaults() -> None:
    text = fences("docs/questionnaires.md", "yaml")[1]
    needed, defaults = text.split("# Từ đây", 1)
    assert defaults.count("\n") > 4
    whole = read_campaign(text)
    assert isinstance(whole, CampaignPlan), whole
    assert whole == read_campaign(needed)


def sheet(text: str) -> Sheet:
    read = read_sheet(text.encode())
    assert isinstance(read, Sheet), read
    return read


def test_the_example_sheets_are_taken_in_one_after_another(tmp_path: Path) -> None:
    units, links, places, layers, responses = map(sheet, fences("docs/sheets.md", "csv"))
    (tmp_path / "phieu.yaml").write_text(example(), encoding="utf-8")
    plan = tmp_path / "campaign.yaml"
    plan.write_text(fences("docs/questionnaires.md", "yaml")[1], encoding="utf-8")
    told: dict[str, Any] = {"actor": "test", "now": datetime.now(UTC)}
    database = open_database(f"sqlite:///{tmp_path}/x.db")
    upgrade(database)

    def take(session: Session) -> None:
        assert_taken(import_units(session, units, **told), units)
        assert_taken(import_units(session, links, **told), links)
        assert isinstance(create_from_file(session, plan, "test"), CampaignRow)
        assert_taken(counters.import_counters(session, "mot-cua-2025", places, **told), places)
        assert_taken(strata.import_strata(session, "mot-cua-2025", layers, **told), layers)

    with database.writing() as session:
        take(session)
    done = import_responses(database, "mot-cua-2025", responses, **told)
    database.close()
    assert isinstance(done, Imported), done
    assert (done.stored, done.left_out, done.without_external_id) == (responses.size, 0, 0)


SHEETS = {
    "units.csv": (UNIT_COLUMNS, UNIT_NEEDED),
    "unit_links.csv": (LINK_COLUMNS, LINK_COLUMNS[:3]),
    "counters.csv": (counters.COLUMNS, counters.NEEDED),
    "strata.csv": (strata.COLUMNS, strata.COLUMNS),
    "responses.csv": (response_rows.COLUMNS, response_rows.NEEDED),
}


@pytest.mark.parametrize("file", SHEETS)
def test_a_column_of_a_sheet_is_explained(file: str) -> None:
    columns, needed = SHEETS[file]
    chapter = next(
        part for part in text_of("docs/sheets.md").split("\n## ") if part.split("\n")[0].endswith(f"{file}`")
    )
    rows = re.findall(r"^\| (`.+`) \| (.*?) ?\|", chapter, re.MULTILINE)
    explained = {name: must == "có" for names, must in rows for name in re.findall(r"`(\w+)`", names)}
    assert explained == {name: name in needed for name in columns}


def assert_taken(done: object, given: Sheet) -> None:
    assert isinstance(done, Changes), done
    assert len(done.added) == given.size
