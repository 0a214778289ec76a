"""How much a run measures: the full sizes, and smaller ones that fit into two minutes in all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of rounds, requests and rows."""

    rounds: int
    posts: int  # a round and side
    views: int
    answers: int  # responses that are indexed and counted again
    few_answers: int  # whose index takes as long
    many_answers: int  # memory has to be the same for so many
    new_answers: int  # folded beside them
    imported: int
    posters: int
    summarised: int
    clients: int = 16
    units: int = 200
    chats: int = 1_000  # that answer one question a round
    people: int = 200  # who answer by chat at once


FULL = Sizes(
    rounds=5, posts=6_000, views=4_000, answers=1_000_000, few_answers=10_000,
    many_answers=5_000_000, new_answers=10_000, imported=100_000, posters=200, summarised=100_000,
)  # fmt: skip
QUICK = Sizes(
    rounds=3, posts=1_500, views=1_000, answers=100_000, few_answers=10_000,
    many_answers=300_000, new_answers=1_000, imported=10_000, posters=40, summarised=100_000, chats=200, people=40,
)  # fmt: skip
