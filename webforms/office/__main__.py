"""Serve the office: `python -m webforms.office`."""

from __future__ import annotations

from runtime.settings import settings_or_leave
from webforms.processes import serve


def main() -> None:
    """The office, until somebody asks to stop."""
    settings = settings_or_leave()
    serve("webforms.office.serving:app", settings.office_place, settings)


if __name__ == "__main__":
    main()
