"""Days as sheets hold them."""

from __future__ import annotations

import re
from datetime import date

from survey.answers import ISO_DAY, LOCAL_DAY
from survey.faults import Fault, shown

WITH_TIME = re.compile(r"(\S+)[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?")


def read_day(text: str) -> date | Fault:
    """A day written 2024-05-01 or 1/5/2024, whatever hour stands behind it; a fault without its place otherwise.

    >>> read_day("2024-09-15 13:05:00"), read_day("15/9/2024")
    (datetime.date(2024, 9, 15), datetime.date(2024, 9, 15))
    """
    if not text:
        return Fault("cell_blank", "")
    match = WITH_TIME.fullmatch(text)
    day = match[1] if match else text
    iso, local = ISO_DAY.fullmatch(day), LOCAL_DAY.fullmatch(day)
    parts = iso.groups() if iso else tuple(reversed(local.groups())) if local else None
    try:
        if parts is not None:
            return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        pass
    return Fault("day_form", "", {"found": shown(text)})
