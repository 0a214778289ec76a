"""Run the chat: `python -m bot`. Every process is alike; leases decide which of them polls and which sends."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from bot.checking import check
from bot.running import run
from runtime.logs import set_up_logs
from runtime.settings import settings_or_leave


def main() -> None:
    """Run until told to stop, or with --check say what the channels answer and leave."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument("--check", action="store_true", help="ask each configured channel whether it works, as JSON")
    options = parser.parse_args()
    settings = settings_or_leave()
    set_up_logs(settings.log_format)
    if options.check:
        sys.stdout.write(json.dumps(asyncio.run(check(settings)), ensure_ascii=False) + "\n")
        return
    asyncio.run(run(settings, asyncio.Event(), (signal.SIGTERM, signal.SIGINT)))


if __name__ == "__main__":
    main()
