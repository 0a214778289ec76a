"""`hailong qr` as a person at the terminal runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.__main__ import hailong
from store.database import Database
from tests.factories import COUNTER, make_campaign
from tests.qr_templates.reading import codes_in, pictures, words_on


@pytest.fixture
def qr(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """The command on a campaign of two units with two counters each."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with database.writing() as session:
        make_campaign(session, units={"A": {}, "B": {}}, counters=2)

    def call(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(hailong, ["qr", *words])
        assert done.exit_code == code, done.output
        return done

    return call


def test_the_folder_is_made_and_its_files_are_named_in_the_answer(qr, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "mới" / "áp phích"
    told = json.loads(qr("thu", "--out", str(out), "--design", "a5", "--unit", "A", "--json").stdout)
    assert (told["ok"], told["counters"], told["folder"]) == (True, 2, str(out))
    assert sorted(told["files"]) == sorted(path.name for path in out.iterdir())
    assert sum(COUNTER.lower() in name.lower() for name in told["files"]) == 1
    assert all(path.read_bytes().startswith(b"%PDF") for path in out.iterdir())


def test_files_of_others_stay_and_ours_are_drawn_anew(qr, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "note.pdf").write_bytes(b"kept")
    qr("thu", "--out", str(tmp_path), "--design", "a5")
    drawn = {path: path.read_bytes() for path in tmp_path.glob("*a5*.pdf")}
    next(iter(drawn)).write_bytes(b"old")
    qr("thu", "--out", str(tmp_path), "--design", "a5")
    assert {path: path.read_bytes() for path in tmp_path.glob("*a5*.pdf")} == drawn
    assert (tmp_path / "note.pdf").read_bytes() == b"kept"


def test_the_person_is_told_in_vietnamese_where_the_files_are(qr, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    told = qr("thu", "--out", str(tmp_path / "x"), "--format", "png", "--unit", "B").stderr
    assert f"Đã ghi 2 tệp cho 2 quầy vào {tmp_path / 'x'}." in told


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["nowhere", "--out", "x"], 1, "nowhere"),
        (["thu", "--out", "x", "--unit", "C"], 1, "A, B"),
        (["thu", "--out", "x", "--emblem", "broken.png"], 1, "biểu trưng"),
        (["thu", "--out", "taken/x"], 1, "chọn thư mục khác"),
        (["thu", "--out", "taken"], 2, "taken"),
        (["thu", "--out", "x", "--design", "a3"], 2, "a3"),
        (["thu", "--out", "x", "--emblem", "missing.svg"], 2, "missing.svg"),
        (["thu"], 2, "--out"),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, list) else None,
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(  # type: ignore[no-untyped-def]
    qr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    (tmp_path / "taken").write_text("a file")
    done = qr(*words, code=code)
    assert told in done.stderr
    assert not (tmp_path / "x").exists()
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_refusal_is_one_document_where_json_was_asked_for(qr, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    told = json.loads(qr("thu", "--out", str(tmp_path / "x"), "--unit", "C", "--json", code=1).stdout)
    assert told["ok"] is False
    assert [fault["code"] for fault in told["faults"]] == ["unit_not_in_campaign"]


def test_posters_carry_the_chats_that_are_set(  # type: ignore[no-untyped-def]
    qr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("ZALO_NAME", "Khảo sát"),
        ("ZALO_LINK", "https://zalo.me/1"),
        ("TELEGRAM_NAME", "hailong_bot"),
    ):
        monkeypatch.setenv(name, value)
    qr("thu", "--out", str(tmp_path / "x"), "--unit", "A")
    (file,) = (path for path in (tmp_path / "x").iterdir() if COUNTER.lower() in path.name)
    (page,) = pictures(file.read_bytes(), 200)
    shown = {code.address for code in codes_in(page)}
    assert shown == {
        f"http://127.0.0.1:8000/c/{COUNTER}",
        "https://zalo.me/1",
        f"https://t.me/hailong_bot?start={COUNTER}",
    }
    assert "tìm“Khảosát”" in words_on(file.read_bytes())
