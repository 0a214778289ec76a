"""Receipts: a person sees whether an answer is held, and nobody sees what it says."""

from __future__ import annotations

from flask import Blueprint, Response, request

from survey.receipt import read_receipt
from webforms import pages
from webforms.door import door, language
from workflows import collect

blueprint = Blueprint("receipts", __name__)
GUARD = "anyone"


@blueprint.get("/receipt")
def ask() -> Response:
    """The field for a receipt."""
    return pages.page("receipt.html", language(), typed="", found="")


@blueprint.post("/receipt")
def tell() -> Response:
    """Whether we hold the answer of the receipt that was typed."""
    typed = request.form.get("receipt", "").strip()
    words = read_receipt(typed)
    if words is None:
        return pages.page("receipt.html", language(), 422, typed=typed, found="unreadable")
    with door().database.reading() as session:
        held = collect.stored(session.connection(), words)
    return pages.page("receipt.html", language(), typed=words, found="held" if held else "unknown")
