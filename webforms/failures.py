"""What the log is told when a request fails: the place in our code, and never a value."""

from __future__ import annotations

import traceback

import structlog
from flask import request

from store.database import is_away

log = structlog.get_logger()
FRAMES = 6  # the innermost ones


def noted(error: Exception) -> bool:
    """Write down where a request failed; gives whether it is the database that is away."""
    away = is_away(error)
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    log.error(
        "database_away" if away else "request_failed",
        error=type(error).__name__,
        rule=str(request.url_rule),
        method=request.method,
        place=[f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames],
    )
    return away
