"""Settings that a process works out by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from runtime.settings import development_key


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    for attempt in range(20):
        folder = tmp_path / str(attempt)
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(development_key, [folder] * 8))
        assert len(keys) == 1
        assert len(keys.pop()) == 64
        assert [path.name for path in folder.iterdir()] == ["development.key"]
        assert (folder / "development.key").stat().st_mode & 0o077 == 0
