"""Group commit: one thread of a process writes what is queued in one durable transaction, then acknowledges.

SQLite has one writer at a time and pays for each synchronisation with the disk. Sixteen threads that fight for the
lock stall for seconds; one that takes turns for all of them does not, and shares the cost of the disk. PostgreSQL
has many writers, but every transaction costs two messages there and back and a synchronisation: shared among those who
wait, a post takes two thirds of the processor in the web process and half of it in the database.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

T = TypeVar("T")
BATCH = 64

Job = tuple[Callable[[Connection], Any], "Future[Any]"]
Jobs = queue.SimpleQueue[Job | None]  # None: the last one


class GroupCommit:
    """The thread that writes; it starts with the first job, so that a forked process has its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: Jobs = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def run(self, work: Callable[[Connection], T]) -> T:
        """Queue `work`, wait for the commit that holds it, and give its result or raise its error."""
        done: Future[T] = Future()
        with self._lock:
            self._jobs.put((work, done))
            if self._thread is None:
                arguments = (self._engine, self._jobs)
                self._thread = threading.Thread(target=write, args=arguments, name="group-commit", daemon=True)
                self._thread.start()
        return done.result()

    def stop(self) -> None:
        """Write what is queued and end the thread; a job that comes later gets a thread and a queue of its own."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._jobs.put(None)
                self._jobs = queue.SimpleQueue()
        if thread is not None:
            thread.join()


def write(engine: Engine, queued: Jobs) -> None:
    """Commit what is queued, as much of it at once as waits, until the last one."""
    while (job := queued.get()) is not None:
        jobs: list[Job | None] = [job]
        while len(jobs) < BATCH and jobs[-1] is not None and not queued.empty():
            jobs.append(queued.get())
        commit(engine, [job for job in jobs if job is not None])
        if jobs[-1] is None:
            return


def commit(engine: Engine, jobs: Sequence[Job]) -> None:
    """Write all jobs in one transaction and acknowledge them once it is durable.

    Where a job fails, each is written in its own, so that it fails alone. Where the transaction cannot begin or be
    committed, all of them fail at once: the next one would only wait for the same lock or the same disk.
    """
    results: list[Any] = []
    try:
        with engine.begin() as connection:
            for work, _ in jobs:
                try:
                    results.append(work(connection))
                except BaseException as error:
                    raise JobError from error
    except JobError as failed:
        if len(jobs) == 1:
            jobs[0][1].set_exception(failed.__cause__)
            return
        for job in jobs:
            commit(engine, [job])
    except BaseException as error:  # noqa: BLE001 - whatever went wrong belongs to those who wait
        for _, done in jobs:
            done.set_exception(error)
    else:
        for (_, done), result in zip(jobs, results, strict=True):
            done.set_result(result)


class JobError(Exception):
    """One of the jobs failed; its own error is the cause."""

    code = "job"
