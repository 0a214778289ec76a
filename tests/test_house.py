"""The house rules that a machine can keep."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from flask import Flask

from runtime.sentences import SENTENCES
from runtime.settings import Settings
from store.base import Base
from store.database import newest_migration, open_database
from survey.reading import fingerprint, read_questionnaire
from webforms import create_public_app

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["setuptools"]["packages"]
ROOMS = [name for name in PACKAGES if name != "instruments" and "." not in name]
SOURCES = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "constants", "globals", "managers", "misc"}
LONGEST_FILE, LONGEST_FUNCTION = 350, 45
LONGER = {"reports/verify.py": 620}  # goes out with every release, as one file that runs alone
LINE = re.compile(r"#\s*(type: ignore|noqa)(?P<code>\[[a-z-, ]+\]|: [A-Z0-9, ]+)?(?P<reason>.*)$")


def module_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_every_module_says_what_it_is_about(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "a module begins with one line on what it is about"
    assert path.stem not in FORBIDDEN_NAMES, "a thing is named after what it is about"


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGER.get(module_of(path), LONGEST_FILE)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            told = node.body[0].end_lineno if ast.get_docstring(node) else node.lineno
            assert node.end_lineno - (told or 0) < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_what_silences_a_checker_names_its_rule_and_reason(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if (found := LINE.search(line)) is not None:
            assert found["code"], f"{number}: name the rule"
            assert len(found["reason"].strip(" #-–:")) > 5, f"{number}: say why"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_holds_only_its_sign(room: str) -> None:
    tree = ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8"))
    made = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert all(name.startswith("create_") for name in made)
    assert not [node for node in tree.body if isinstance(node, ast.ClassDef)]


def test_every_room_is_known_to_the_tools() -> None:
    assert sorted(ROOMS) == sorted(PROJECT["tool"]["importlinter"]["root_packages"])
    assert sorted(ROOMS) == sorted(PROJECT["tool"]["mypy"]["packages"])
    assert all((ROOT / room / "__init__.py").exists() for room in ROOMS)


def test_a_wheel_would_hold_every_module() -> None:
    folders = {
        str(path.parent.relative_to(ROOT)).replace("/", ".") for room in ROOMS for path in (ROOT / room).rglob("*.py")
    }
    assert folders <= set(PACKAGES)


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_only_doors_and_the_runtime_read_the_environment(path: Path) -> None:
    if path.relative_to(ROOT).parts[0] in ("webforms", "bot", "scheduler", "cli", "runtime"):
        return
    assert "os.environ" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_rows_are_asked_for_in_the_store_and_by_workflows_only(path: Path) -> None:
    """Doors show and send; they build no statement."""
    if path.relative_to(ROOT).parts[0] not in ("webforms", "scheduler", "bot"):
        return
    imported = [
        alias.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy"
        for alias in node.names
    ]
    assert not {"select", "insert", "update", "delete"} & set(imported)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    settings = Settings(secret_key="k" * 40, public_url="http://localhost", data_dir=tmp_path)
    return create_public_app(settings, open_database(f"sqlite:///{tmp_path}/x.db"))


def test_every_blueprint_states_its_guard(app: Flask) -> None:
    guards = {name: sys.modules[blueprint.import_name].GUARD for name, blueprint in app.blueprints.items()}  # type: ignore[attr-defined]
    assert set(guards.values()) == {"anyone"}
    assert {rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()} <= set(guards)


def test_every_answer_carries_the_security_headers(app: Flask) -> None:
    client = app.test_client()
    paths = ["/", "/healthz", "/readyz", "/results", "/receipt", "/c/AAAAAAAAA", "/nowhere", "/results/none.json"]
    for path in paths:
        for response in (client.get(path), client.post(path)):
            assert response.headers["Content-Security-Policy"].startswith("default-src 'none'"), path
            assert response.headers["X-Content-Type-Options"] == "nosniff", path
            assert response.headers["Referrer-Policy"] == "no-referrer", path
            assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_nothing_from_data_is_markup() -> None:
    for path in (ROOT / "webforms").rglob("*"):
        if path.suffix in (".py", ".html"):
            text = path.read_text(encoding="utf-8")
            assert "render_template_string" not in text, path
            ours = re.sub(r'\{\{ (?:style\((?:"results"|"office"|"kiosk")?\)|script\("kiosk"\))\|safe \}\}', "", text)
            assert re.search(r"\|\s*safe\b", ours) is None, path


def test_the_web_starts_without_heavy_libraries() -> None:
    heavy = "{'pandas', 'scipy', 'typst', 'xlsxwriter'}"
    script = f"import sys, webforms.building; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_core_knows_no_clock_and_no_chance() -> None:
    impure = "{'sqlalchemy', 'flask', 'pandas', 'numpy', 'secrets'}"
    script = f"import sys, survey.conversation, survey.state; print(sorted({impure} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_published_instruments_never_change() -> None:
    locked = dict(
        line.split()
        for line in (ROOT / "instruments" / "published.lock").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    files = sorted((ROOT / "instruments" / "questionnaires").glob("*.yaml"))
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not isinstance(read_questionnaire(text), tuple), path.name
        assert fingerprint(text) in locked.values(), f"{path.name} differs from published.lock: make a new version"


def test_every_fault_has_its_sentence() -> None:
    """A fault's code is a string in the code; a sentence for it stands in the table, and no sentence stands unused."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if path.name != "sentences.py")
    written = set(re.findall(r"\bFault\(\s*\"([a-z0-9_]+)\"", text))
    assert written - SENTENCES.keys() == set()
    assert {code for code in SENTENCES if f'"{code}"' not in text} == set()


def test_unique_keys_are_never_null() -> None:
    for table in Base.metadata.tables.values():
        for constraint in [*table.constraints, *table.indexes]:
            if getattr(constraint, "unique", False) or type(constraint).__name__ == "UniqueConstraint":
                nullable = [column.name for column in constraint.columns if column.nullable]
                assert not nullable, f"{table.name}: {nullable}"


def test_migrations_are_numbered_and_have_one_head() -> None:
    names = sorted(path.stem for path in (ROOT / "store" / "migrations" / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
    assert newest_migration() == names[-1][:4]


def test_the_project_does_not_name_the_place_where_it_was_made() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in (".py", ".md", ".yaml", ".toml", ".txt", ".html", ".css", "") and path.is_file():
            assert str(ROOT.parent) + "/" not in path.read_text(encoding="utf-8", errors="ignore"), name
