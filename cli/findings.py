"""What `hailong doctor` tells of one thing: well, or cause and cure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runtime.words import translate


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found, and what to do about it where it is not well.

    `found` is a sentence with places for `facts`, or, without any, what the thing itself says.
    """

    name: str
    ok: bool
    found: str
    cure: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def told(self, language: str) -> str:
        """What was found, in that language."""
        return translate(self.found, language).format(**self.facts) if self.facts else translate(self.found, language)

    def as_json(self) -> dict[str, object]:
        """The same for machines, in English."""
        return {"name": self.name, "ok": self.ok, "found": self.told("en"), "cure": self.cure}
