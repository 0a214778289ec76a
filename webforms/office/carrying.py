"""What somebody typed goes along in the page while the password is asked for anew; nothing of it is kept on the server.

Nothing is carried out by giving the password: what was typed is shown again, and one more press sends it on.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

PLACE, TYPED = "carried-to", "carried."
NEVER = frozenset({"csrf", "password", "again", "code"})  # secrets are typed anew


@dataclass(frozen=True, slots=True)
class Carried:
    """A form that waits for the password: where it goes, and what was typed."""

    place: str
    typed: tuple[tuple[str, str], ...]

    def hidden(self) -> tuple[tuple[str, str], ...]:
        """The hidden fields in which it goes along with the form of the password."""
        return ((PLACE, self.place), *((TYPED + name, words) for name, words in self.typed))


def of_form() -> Carried:
    """The form at hand, which came too late; files and secrets stay behind."""
    typed = request.form.items(multi=True)
    return Carried(request.path, tuple((name, words) for name, words in typed if name not in NEVER))


def come_along() -> Carried | None:
    """The form that came along with the password; None where it goes to no form of ours that asks for the password."""
    sent = request.form.get(PLACE, "")
    try:
        endpoint, values = current_app.url_map.bind("office").match(sent, method="POST")
    except HTTPException:
        return None
    if not sent.startswith("/") or not getattr(current_app.view_functions[endpoint], "fresh", False):
        return None
    typed = (
        (name.removeprefix(TYPED), words) for name, words in request.form.items(multi=True) if name.startswith(TYPED)
    )
    return Carried(url_for(endpoint, **values), tuple((name, words) for name, words in typed if name not in NEVER))
