"""Outgoing messages as rows of the outbox hold them."""

from __future__ import annotations

import json

from bot.messages import Choice, Outbound


def to_json(message: Outbound) -> str:
    """A message as compact JSON; what is empty is left out.

    >>> to_json(Outbound("Chào", ((Choice("1", "a|x"),),)))
    '{"text":"Chào","rows":[[["1","a|x",""]]]}'
    """
    rows = [[[choice.label, choice.data, choice.url] for choice in row] for row in message.rows]
    found = {
        "text": message.text,
        "rows": rows,
        "edit": message.edit,
        "press": message.press,
        "toast": message.toast,
    }
    return json.dumps(
        {name: value for name, value in found.items() if value}, ensure_ascii=False, separators=(",", ":")
    )


def from_json(text: str) -> Outbound:
    """The other way of `to_json`.

    >>> from_json(to_json(Outbound("Chào", ((Choice("1", "a|x"),),), press="7")))
    Outbound(text='Chào', rows=((Choice(label='1', data='a|x', url=''),),), edit='', press='7', toast='')
    """
    found = json.loads(text)
    rows = tuple(tuple(Choice(*choice) for choice in row) for row in found.pop("rows", ()))
    return Outbound(rows=rows, **found)
