"""Days as sheets hold them."""

from __future__ import annotations

import re
from datetime import date

from survey.answers import day
from survey.faults import Fault, shown

WITH_TIME = re.compile(r"(\S+)[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?")


def read_day(text: str) -> date | Fault:
    """A day written 2024-05-01 or 1/5/2024, whatever hour stands behind it; a fault without its place otherwise.

    >>> read_day("2024-09-15 13:05:00"), read_day("15/9/2024")
    (datetime.date(2024, 9, 15), datetime.date(2024, 9, 15))
    """
    with_time = WITH_TIME.fullmatch(text)
    found = day(with_time[1] if with_time else text)
    if isinstance(found, str):
        return Fault(found, "", {"found": shown(text)}) if text else Fault("cell_empty", "")
    return found
