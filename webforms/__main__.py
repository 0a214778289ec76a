"""Serve the public app: `python -m webforms`."""

from __future__ import annotations

from runtime.settings import settings_or_leave
from webforms.processes import serve


def main() -> None:
    """The public app, until somebody asks to stop."""
    settings = settings_or_leave()
    serve("webforms.serving:app", settings.listen, settings)


if __name__ == "__main__":
    main()
