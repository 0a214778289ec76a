"""Units and their succession from sheets; the same sheet again changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from store.models.units import UnitLinkRow, UnitRow
from store.queries import audit, units
from survey.answers import MAX_MARKS, unreadable
from survey.faults import Fault, shown
from survey.unit_rows import read_link, read_unit
from survey.units import Unit, UnitLink, check_units
from workflows.sheets import Sheet, fit, in_order, records

UNIT_NEEDED = ("code", "name", "level")
UNIT_COLUMNS = ("code", "name", "short_name", "level", "block", "parent", "valid_from", "valid_to", "legal_basis")
LINK_COLUMNS = ("predecessor", "successor", "on", "share")
MAX_WORDS = 500
KEPT_FIELDS = ("name", "short_name", "level", "block", "parent", "valid_from", "valid_to", "legal_basis")


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import did to a table, or would do: what is new, what reads differently now, what is as it was."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


def import_units(
    session: Session, sheet: Sheet, *, actor: str, now: datetime, dry_run: bool = False
) -> Changes | tuple[Fault, ...]:
    """Take in a sheet of units, or of links between them where its header names predecessors; all of it or nothing."""
    take = import_links if "predecessor" in sheet.columns else import_unit_rows
    done = take(session, sheet, dry_run=dry_run)
    if isinstance(done, Changes) and not dry_run:
        write_down(session, done, actor=actor, now=now, subject="units")
    return done


def write_down(session: Session, done: Changes, *, actor: str, now: datetime, subject: str) -> None:
    """Note an import that changed something."""
    if done.added or done.changed:
        facts = {"added": len(done.added), "changed": len(done.changed), "unchanged": done.unchanged}
        audit.note(session, at=now, actor=actor, act="import", subject=subject, facts=facts)


def import_unit_rows(session: Session, sheet: Sheet, *, dry_run: bool) -> Changes | tuple[Fault, ...]:
    """Units by their code."""
    if unfit := fit(sheet, UNIT_NEEDED, UNIT_COLUMNS):
        return unfit
    read = [(number, read_unit(row, f"row {number}")) for number, row in named_rows(sheet, UNIT_COLUMNS)]
    given = {number: unit for number, unit in read if isinstance(unit, Unit)}
    double = double_codes({number: unit.code for number, unit in given.items()})
    single = {unit.code: (number, unit) for number, unit in reversed(given.items())}
    stored = {row.code: row for row in units.units(session)}
    others = {code: unit_of(row) for code, row in stored.items() if code not in single}
    places = [f"row {number}" for number, _ in single.values()] + [f"unit {code}" for code in others]
    found = check_units([*(unit for _, unit in single.values()), *others.values()], links_of(session))
    known = set(sheet.columns["code"])  # a parent whose own row is faulty is not missing
    faults = [fault for _, row in read if not isinstance(row, Unit) for fault in row]
    faults += [*word_faults(sheet, UNIT_COLUMNS), *double]
    faults += [
        placed(fault, places, [])
        for fault in found
        if fault.code != "unknown_parent" or fault.facts["parent"] not in known - set(single)
    ]
    return in_order(faults) or keep_units(session, given.values(), stored, dry_run=dry_run)


def named_rows(sheet: Sheet, names: Sequence[str]) -> Iterable[tuple[int, Mapping[str, str]]]:
    """Row number and cells by column name."""
    return ((number, dict(zip(names, cells, strict=True))) for number, cells in records(sheet, names))


def word_faults(sheet: Sheet, names: Sequence[str]) -> tuple[Fault, ...]:
    """Cells whose words are too long for a name or unfit to be kept."""
    return tuple(
        Fault(
            flaw,
            f"row {number}, column {name}",
            {"found": shown(cell), "limit": str(limit_of(flaw)), "count": str(len(cell))},
        )
        for number, cells in records(sheet, names)
        for name, cell in zip(names, cells, strict=True)
        if (flaw := "words_too_long" if len(cell) > MAX_WORDS else unreadable(cell))
    )


def limit_of(flaw: str) -> int:
    """The limit that a text went beyond."""
    return MAX_WORDS if flaw == "words_too_long" else MAX_MARKS


def double_codes(codes: Mapping[int, str], column: str = "code") -> tuple[Fault, ...]:
    """Codes that two rows of a sheet bear; told at the later one."""
    first: dict[str, int] = {}
    return tuple(
        Fault("row_double", f"row {number}, column {column}", {"found": shown(code), "row": str(first[code])})
        for number, code in codes.items()
        if first.setdefault(code, number) != number
    )


def placed(fault: Fault, units: Sequence[str], links: Sequence[str]) -> Fault:
    """The fault with the row of the sheet, or the stored unit, as its place."""
    kind, _, position = fault.where.rstrip("]").partition("[")
    places = {"units": units, "links": links}.get(kind, ())
    return replace(fault, where=places[int(position) - 1]) if position and places else fault


def unit_of(row: UnitRow) -> Unit:
    """The unit of a row."""
    return Unit(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        level=row.level,
        block=row.block or None,
        parent=row.parent,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        legal_basis=row.legal_basis,
    )


def links_of(session: Session) -> list[UnitLink]:
    """The stored links."""
    codes = {row.id: row.code for row in units.units(session)}
    return [
        UnitLink(codes[row.predecessor_id], codes[row.successor_id], row.on, share_of(row.share))
        for row in units.links(session)
    ]


def share_of(text: str | None) -> Fraction | None:
    """The share that was kept."""
    return None if text is None else Fraction(text)


def keep_units(session: Session, given: Iterable[Unit], stored: Mapping[str, UnitRow], *, dry_run: bool) -> Changes:
    """Add the new units and bring the others up to date."""
    added, changed, unchanged = [], [], 0
    for unit in given:
        fields = {name: getattr(unit, name) for name in KEPT_FIELDS} | {"block": unit.block or ""}
        row = stored.get(unit.code)
        if row is None:
            added.append(unit.code)
            if not dry_run:
                session.add(UnitRow(code=unit.code, **fields))
        elif any(getattr(row, name) != value for name, value in fields.items()):
            changed.append(unit.code)
            if not dry_run:
                update(row, fields)
        else:
            unchanged += 1
    session.flush()
    return Changes(tuple(added), tuple(changed), unchanged)


def update(row: object, fields: Mapping[str, object]) -> None:
    """Give a row these values."""
    for name, value in fields.items():
        setattr(row, name, value)


def import_links(session: Session, sheet: Sheet, *, dry_run: bool) -> Changes | tuple[Fault, ...]:
    """Links by predecessor, successor and day."""
    if unfit := fit(sheet, LINK_COLUMNS[:3], LINK_COLUMNS):
        return unfit
    read = [(number, read_link(row, f"row {number}")) for number, row in named_rows(sheet, LINK_COLUMNS)]
    given = {number: link for number, link in read if isinstance(link, UnitLink)}
    faults = [fault for _, row in read if not isinstance(row, UnitLink) for fault in row]
    stored = units.units(session)
    mine = {(link.predecessor, link.successor, link.on) for link in given.values()}
    others = [link for link in links_of(session) if (link.predecessor, link.successor, link.on) not in mine]
    places = [f"row {number}" for number in given] + [f"link {link.predecessor} → {link.successor}" for link in others]
    found = check_units([unit_of(row) for row in stored], [*given.values(), *others])
    unread = bool(faults)  # without the rows that could not be read, the shares cannot add up
    faults += [
        placed(fault, [f"unit {row.code}" for row in stored], places)
        for fault in found
        if not (unread and fault.code == "link_shares")
    ]
    return in_order(faults) or keep_links(
        session, given.values(), {row.code: row.id for row in stored}, dry_run=dry_run
    )


def keep_links(session: Session, given: Iterable[UnitLink], ids: Mapping[str, int], *, dry_run: bool) -> Changes:
    """Add the new links and bring the shares of the others up to date."""
    rows = {(row.predecessor_id, row.successor_id, row.on): row for row in units.links(session)}
    added, changed, unchanged = [], [], 0
    for link in given:
        key = ids[link.predecessor], ids[link.successor], link.on
        share = None if link.share is None else str(link.share)
        name = f"{link.predecessor} → {link.successor}"
        if key not in rows:
            added.append(name)
            if not dry_run:
                session.add(UnitLinkRow(predecessor_id=key[0], successor_id=key[1], on=link.on, share=share))
        elif rows[key].share != share:
            changed.append(name)
            if not dry_run:
                rows[key].share = share
        else:
            unchanged += 1
    session.flush()
    return Changes(tuple(added), tuple(changed), unchanged)
