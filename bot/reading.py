"""What can be wrong with an update before anything in it is read, alike for every channel."""

from __future__ import annotations


class UpdateError(Exception):
    """An update is not what the channel says it sends; `code` tells how, without a word of what stood in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
