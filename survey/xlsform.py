"""XLSForm: the rows of its sheets as a questionnaire file of ours, or everything that cannot be taken over."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from math import ceil

import yaml

from survey.faults import Fault, listed, shown
from survey.reading import read_questionnaire
from survey.xlsform_cells import NOT_APPLICABLE, Found, Making, words_of, yes_or_no
from survey.xlsform_questions import read_lines
from survey.xlsform_sheets import Book, Grid, Line, book_of

SECONDS_AN_ITEM = 8
MISCELLANEOUS = {"vi": "Khác (xin ghi rõ)", "en": "Other (please say which)"}
PLACE = re.compile(r"(?:sections\[\d+\])(?:\.questions\[\d+\])?(?:\.rows\[\d+\])?|scales\.[^.]*(?:\.options\[\d+\])?")
COLUMNS = {
    "text": "label", "title": "label", "help": "hint", "show_if": "relevant", "options": "type", "code": "name",
    "minimum": "constraint", "maximum": "constraint", "max_choices": "constraint", "max_length": "constraint",
}  # fmt: skip
SETTINGS = {"title": "form_title", "code": "form_id", "purpose": "purpose", "minutes": "minutes", "version": "version"}
Places = dict[str, Line]


def read_xlsform(sheets: Mapping[str, Grid], version: int = 1) -> str | tuple[Fault, ...]:
    """The text of a questionnaire file that says what the workbook says, or every fault with sheet, row and column.

    `sheets` are the cells of each sheet as text; `version` is given to a form whose own is no number from 1 to 9999.
    """
    book = book_of(sheets)
    if not book.lines["survey"] or not book.lines["settings"]:
        empty = [
            Fault("xlsform_empty_sheet", name, {"sheet": name})
            for name in ("survey", "settings")
            if not book.lines[name]
            and not any(name in (fault.where, fault.facts.get("sheet")) for fault in book.faults)
        ]
        return (*book.faults, *empty)
    settings = book.lines["settings"][0]
    making = Making(lists_of(book.lines["choices"]), settings.said("form_title"), book.languages, list(book.faults))
    head = settings_of(making, settings, version)
    read_lines(making, book.lines["survey"])
    definition, places = definition_of(making, head, book)
    if making.faults:
        return in_order(making.faults)
    plain = json.loads(json.dumps(definition))  # nothing in it twice: YAML would write an alias
    text = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=110)
    read = read_questionnaire(text)
    return tuple(placed(fault, places, settings) for fault in read) if isinstance(read, tuple) else text


def in_order(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """The faults as somebody mends them: sheet by sheet, from the top down."""

    def place(fault: Fault) -> tuple[str, int]:
        row = re.search(r"row (\d+)", fault.where)
        return fault.where.partition(":")[0], int(row[1]) if row else 0

    return tuple(sorted(dict.fromkeys(faults), key=place))


def lists_of(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """The lists of the choices sheet."""
    lists: dict[str, list[Line]] = {}
    for line in lines:
        lists.setdefault(line.cells.get("list_name", ""), []).append(line)
    return lists


def settings_of(making: Making, line: Line, version: int) -> Found:
    """What stands above the questions."""
    own = line.cells.get("version", "")
    code = line.cells.get("form_id", "").lower().replace("_", "-").replace(" ", "-")
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", code):
        making.wrong("xlsform_form_id", line, "form_id", found=shown(line.cells.get("form_id", "")))
    head: Found = {
        "code": code,
        "version": int(own) if re.fullmatch(r"[1-9][0-9]{0,3}", own) else version,
        "title": words_of(making, line, "form_title"),
        "purpose": words_of(making, line, "purpose"),
    }
    minutes = line.cells.get("minutes", "")
    if minutes and not re.fullmatch(r"[1-9][0-9]{0,2}", minutes):
        making.wrong("xlsform_minutes", line, "minutes", found=shown(minutes))
    head["minutes"] = int(minutes) if minutes.isdecimal() else 0
    return head | {"languages": list(making.languages), "source": line.cells.get("source", "XLSForm")}


def definition_of(making: Making, head: Found, book: Book) -> tuple[Found, Places]:
    """The whole file, with the row that each part of it came from."""
    places: Places = {}
    scales = {name: scale_of(making, name, places) for name in making.used}
    sections: list[Found] = []
    for position, (section, line, questions) in enumerate(making.sections, start=1):
        places[f"sections[{position}]"] = line
        for number, (_, row) in enumerate(questions, start=1):
            places[f"sections[{position}].questions[{number}]"] = row
        listed_here = [{key: value for key, value in q.items() if not key.startswith("_")} for q, _ in questions]
        sections.append(section | {"questions": listed_here})
    if not sections and not making.faults:
        making.faults.append(Fault("xlsform_empty_sheet", "survey", {"sheet": "survey"}))
    head["minutes"] = head["minutes"] or max(1, ceil(items_in(sections) * SECONDS_AN_ITEM / 60))
    factors = [
        {"code": line.cells.get("name", ""), "title": words_of(making, line, "label")} for line in book.lines["factors"]
    ]
    return head | {"scales": scales} | ({"factors": factors} if factors else {}) | {"sections": sections}, places


def items_in(sections: Sequence[Found]) -> int:
    """How many answers are asked for."""
    found = 0
    for section in sections:
        questions = section["questions"]
        assert isinstance(questions, list), "a section is made with a list"
        found += sum(len(question.get("rows", (1,))) for question in questions if question["type"] != "note")
    return found


def scale_of(making: Making, name: str, places: Places) -> Found:
    """A list of choices as options that questions name; the choice `na` becomes "not applicable"."""
    lines = making.lists.get(name.rstrip("+"), ())
    scale: Found = {}
    options: list[Found] = []
    for line in lines:
        code = line.cells.get("name", "")
        if not code:
            making.wrong("xlsform_cell_missing", line, "name", name="name")
        if code.lower() == NOT_APPLICABLE:
            scale["na"] = words_of(making, line, "label")
            continue
        options.append(option_of(making, line, code in making.alone.get(name, ())))
        places[f"scales.{shown(name)}.options[{len(options)}]"] = line
    if making.used[name]:
        options.append(other_option(making, lines[0], options))
    places[f"scales.{shown(name)}"] = lines[0]
    return {"options": options} | scale


def option_of(making: Making, line: Line, alone: bool) -> Found:
    """One choice."""
    option: Found = {"code": line.cells.get("name", ""), "text": words_of(making, line, "label")}
    score = line.cells.get("score", "")
    if score and not re.fullmatch(r"-?[0-9]{1,4}", score):
        making.wrong("xlsform_score", line, "score", found=shown(score))
    elif score:
        option["score"] = int(score)
    for mark in ("satisfied", "exclusive", "other"):
        if yes_or_no(making, line, mark) or (alone and mark == "exclusive"):
            option[mark] = True
    return option


def other_option(making: Making, line: Line, options: Sequence[Found]) -> Found:
    """The choice that `or_other` adds, where our words speak the languages of the form."""
    lacking = [language for language in making.languages if language not in MISCELLANEOUS]
    if lacking:
        making.wrong("xlsform_or_other", line, "list_name", languages=listed(lacking))
    code = "other" if all(option["code"] != "other" for option in options) else "other_words"
    return {"code": code, "text": {each: MISCELLANEOUS.get(each, "…") for each in making.languages}, "other": True}


def placed(fault: Fault, places: Places, settings: Line) -> Fault:
    """The fault of our file at the row that it came from."""
    last = fault.where.rpartition(".")[2]
    path = PLACE.match(fault.where)
    here = path[0] if path else ""
    while here and here not in places:
        here = here.rpartition(".")[0]
    if here:
        return Fault(fault.code, places[here].place(COLUMNS.get(last.partition("[")[0], "")), fault.facts)
    column = SETTINGS.get(fault.where.partition(".")[0], "")
    return Fault(fault.code, settings.place(column), fault.facts) if column else fault
