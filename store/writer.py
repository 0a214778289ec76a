"""Group commit for SQLite: one thread writes what is queued in one durable transaction, then acknowledges.

SQLite has one writer at a time and pays for each synchronisation with the disk. Sixteen threads that fight for the
lock stall for seconds; one that takes turns for all of them does not, and shares the cost of the disk.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")
BATCH = 64

Job = tuple[Callable[[Connection], Any], "Future[Any]"]


class GroupCommit:
    """The thread that writes; it starts with the first job, so that a forked process has its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def run(self, work: Callable[[Connection], T]) -> T:
        """Queue `work`, wait for the commit that holds it, and give its result or raise its error."""
        done: Future[T] = Future()
        with self._lock:
            self._jobs.put((work, done))
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="group-commit", daemon=True)
                self._thread.start()
        return done.result()

    def stop(self) -> None:
        """Write what is queued and end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._jobs.put(None)
        if thread is not None:
            thread.join()

    def _write(self) -> None:
        while (job := self._jobs.get()) is not None:
            jobs, last = [job], False
            while len(jobs) < BATCH and not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    last = True
                    break
                jobs.append(following)
            commit(self._engine, jobs)
            if last:
                return


def commit(engine: Engine, jobs: list[Job]) -> None:
    """Write all jobs in one transaction; where that fails, each in its own, so that one bad job fails alone."""
    try:
        with engine.begin() as connection:
            results = [work(connection) for work, _ in jobs]
    except BaseException as error:  # noqa: BLE001 - whatever went wrong belongs to the one who waits
        if len(jobs) == 1:
            jobs[0][1].set_exception(error)
            return
        for job in jobs:
            commit(engine, [job])
        return
    for (_, done), result in zip(jobs, results, strict=True):
        done.set_result(result)
