"""Rows of an XLSForm's survey sheet as questions of our files, each with the row that it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from survey.faults import listed, shown
from survey.xlsform_cells import (
    CODE,
    NOT_APPLICABLE,
    Found,
    Group,
    Making,
    Placed,
    code_of,
    looks_of,
    plain_code,
    said_yes,
    words_of,
    yes_or_no,
)
from survey.xlsform_limits import limits
from survey.xlsform_logic import Known, UnlikeError, condition, tree
from survey.xlsform_sheets import Line

PLAIN: Mapping[str, Found] = {
    "integer": {"type": "number", "decimals": 0},
    "int": {"type": "number", "decimals": 0},
    "decimal": {"type": "number", "decimals": 2},
    "date": {"type": "date"},
    "text": {"type": "text"},
    "string": {"type": "text"},
    "note": {"type": "note"},
}
SELECTS = {"select_one": "single", "select one": "single", "select_multiple": "several", "select multiple": "several"}
KINDS = ("select_one", "select_multiple", "integer", "decimal", "date", "text", "note", "begin_group", "end_group")
# What a phone writes down by itself about the person, the place or the moment; nothing of it is kept here.
BY_ITSELF = frozenset(
    ("start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit")
)
HEAD, BELOW = "label", "list-nolabel"  # how a table is written: a row of levels, then rows without them


def read_lines(making: Making, lines: Sequence[Line]) -> None:
    """Every row in turn; what cannot be taken over is noted."""
    for line in lines:
        if said_yes(line.cells.get("disabled", "")):
            continue
        kind = " ".join(line.cells.get("type", "").split())
        word = kind.lower().replace(" ", "_")
        if word in BLOCKS:
            BLOCKS[word](making, line)
        else:
            plain_row(making, line, kind)
    for group in making.groups:
        making.wrong("xlsform_group_open", group.line, "type", name=shown(group.line.cells.get("name", "")))
    while making.groups:
        close(making)
    close_loose(making)


def begin(making: Making, line: Line) -> None:
    """A group opens: at the top it is a section, further in a heading or a table."""
    if not making.groups:
        close_loose(making)
    shows = making.groups[-1].shows if making.groups else []
    table = "table-list" in looks_of(making, line)
    making.groups.append(Group(line, [*shows, *shows_of(making, line)], table=table))


def end(making: Making, line: Line) -> None:
    """The innermost group closes."""
    if making.groups:
        close(making)
    else:
        making.wrong("xlsform_group_end", line, "type")


def close(making: Making) -> None:
    """Take the innermost group off: the outermost one is a section; inside, it is a table or goes under a heading."""
    group = making.groups.pop()
    questions = group.questions
    if is_table(group):
        questions = table_of(making, group)
    elif making.groups and group.line.said("label"):
        heading: Found = {"code": code_of(making, group.line), "type": "note"}
        heading["text"] = words_of(making, group.line, "label")
        questions = [(shown_if(heading, group.shows), group.line), *questions]
    if making.groups:
        making.groups[-1].questions += questions
    elif questions:
        add_section(making, group.line, questions, group.line.said("label"))


def close_loose(making: Making) -> None:
    """Questions outside of any group are a section under the form's title."""
    if making.loose:
        add_section(making, making.loose[0][1], making.loose, {})
    making.loose = []


def add_section(making: Making, line: Line, questions: Placed, label: Mapping[str, str]) -> None:
    """A section of these questions, under the group's label or, where it has none, the form's title."""
    title = words_of(making, line, "label") if label else dict(making.title)
    name = plain_code(line.cells.get("name", "")) if label else ""
    taken = {section["code"] for section, _, _ in making.sections}
    code = name if CODE.fullmatch(name) and name not in taken else f"part_{len(taken) + 1}"
    making.sections.append(({"code": code, "title": title}, line, questions))


def no_repeat(making: Making, line: Line) -> None:
    """Questions that are asked several times over have no counterpart."""
    making.wrong("xlsform_repeat", line, "type", found=shown(line.cells.get("type", "")))


def ended_repeat(_: Making, __: Line) -> None:
    """Its beginning has been told already."""


BLOCKS: Mapping[str, Callable[[Making, Line], None]] = {
    "begin_group": begin,
    "end_group": end,
    "begin_repeat": no_repeat,
    "end_repeat": ended_repeat,
}


def plain_row(making: Making, line: Line, kind: str) -> None:
    """A question, or why it cannot be one."""
    word = kind.partition(" ")[0].lower()
    if not kind:
        making.wrong("xlsform_cell_missing", line, "type", name="type")
    elif word in BY_ITSELF:
        making.wrong("xlsform_by_itself", line, "type", found=shown(kind))
    elif (select := select_of(kind)) is not None:
        keep(making, line, select_question(making, line, *select))
    elif kind.lower() in PLAIN:
        keep(making, line, dict(PLAIN[kind.lower()]))
    else:
        making.wrong("xlsform_type", line, "type", found=shown(kind), types=listed(KINDS))


def select_of(kind: str) -> tuple[str, str, bool] | None:
    """Type, list and whether "other" is added, of `select_one list or_other`; None for what is no such type."""
    for word, ours in SELECTS.items():
        rest = kind[len(word) :]
        if kind.lower().startswith(word) and rest.startswith(" "):
            parts = rest.split()
            return ours, parts[0], parts[1:] in (["or_other"], ["or", "other"])
    return None


def select_question(making: Making, line: Line, kind: str, name: str, other: bool) -> Found:
    """The type and options of a question that chooses from a list."""
    options = making.lists.get(name, ())
    if not options:
        making.wrong("xlsform_list", line, "type", found=shown(name), lists=listed(list(making.lists)))
        return {"type": kind}
    codes = {option.cells.get("name", "") for option in options}
    if kind == "single" and not other:
        real = [option for option in options if option.cells.get("name", "").lower() != NOT_APPLICABLE]
        if {option.cells.get("name") for option in real} == {"yes", "no"}:
            kind = "yes_no"
        elif real and all(option.cells.get("score") for option in real):
            kind = "scale"
    making.used[name + "+" * other] = other
    found: Found = {"type": kind, "options": name + "+" * other}
    return found | ({"na": True} if NOT_APPLICABLE in {code.lower() for code in codes} else {})


def keep(making: Making, line: Line, found: Found) -> None:
    """Put a question with all that its row says into the open group."""
    code = code_of(making, line)
    kind = str(found["type"])
    question: Found = {"code": code, "type": kind, "text": words_of(making, line, "label")}
    if line.said("hint"):
        question["help"] = words_of(making, line, "hint")
    question |= {key: value for key, value in found.items() if key != "type"}
    if yes_or_no(making, line, "required") and kind != "note":
        question["required"] = True
    question |= {"factor": line.cells["factor"]} if "factor" in line.cells else {}
    question |= {"short": True} if yes_or_no(making, line, "short") else {}
    decimals = found.get("decimals")
    constrain(making, line, question, decimals if isinstance(decimals, int) else 0)
    looks = looks_of(making, line)
    group = making.groups[-1] if making.groups else None
    if group is not None and set(looks) & {HEAD, BELOW}:
        group.table = True
        question["_head"] = HEAD in looks
    question = shown_if(question, [*(group.shows if group else []), *shows_of(making, line)])
    (group.questions if group else making.loose).append((question, line))
    name = line.cells.get("name", "")
    if name and kind != "note":
        options = tuple(option.cells.get("name", "") for option in making.lists.get(str(found.get("options", "")), ()))
        making.known[name] = Known(code, kind, options, decimals if isinstance(decimals, int) else 0)


def constrain(making: Making, line: Line, question: Found, decimals: int) -> None:
    """The bounds that a constraint says."""
    text = line.cells.get("constraint", "")
    if not text:
        return
    try:
        found = limits(tree(text), str(question["type"]), decimals)
    except UnlikeError as error:
        making.wrong("xlsform_constraint", line, "constraint", found=shown(text), part=shown(error))
        return
    question |= found.keys
    if found.alone:
        making.alone.setdefault(str(question.get("options", "")), set()).update(found.alone)


def shows_of(making: Making, line: Line) -> list[Found]:
    """The condition of a row, as none or one."""
    text = line.cells.get("relevant", "")
    if not text:
        return []
    try:
        return [condition(tree(text), making.known)]
    except UnlikeError as error:
        making.wrong("xlsform_expression", line, "relevant", found=shown(text), part=shown(error))
    except KeyError as error:
        making.wrong("xlsform_unknown_name", line, "relevant", found=shown(error.args[0]))
    return []


def shown_if(question: Found, shows: Sequence[Found]) -> Found:
    """The question under all of these conditions."""
    if not shows:
        return question
    return question | {"show_if": shows[0] if len(shows) == 1 else {"all": list(shows)}}


def is_table(group: Group) -> bool:
    """Whether the group is laid out as one table: several questions with one list of options."""
    asked = [question for question, _ in group.questions if question["type"] != "note"]
    lists = {str(question.get("options", "")) for question in asked}
    return group.table and len(lists) == 1 and "" not in lists and any(not q.get("_head") for q in asked)


def table_of(making: Making, group: Group) -> Placed:
    """The group as a matrix: its own label, or that of the row above its levels, over a row for each question."""
    heads = [pair for pair in group.questions if pair[0].get("_head")]
    asked = [pair for pair in group.questions if not pair[0].get("_head") and pair[0]["type"] != "note"]
    line = group.line if group.line.said("label") or not heads else heads[0][1]
    rows: list[Found] = []
    for question, row in asked:
        if "relevant" in row.cells:
            making.wrong("xlsform_row_condition", row, "relevant")
        if question["type"] not in ("single", "scale"):
            making.wrong("xlsform_row_type", row, "type", found=shown(row.cells.get("type", "")))
        rows.append({key: question[key] for key in ("code", "text", "required", "factor", "short") if key in question})
        name = row.cells.get("name", "")
        if name in making.known:
            making.known[name] = Known(str(question["code"]), "matrix", making.known[name].options)
    matrix: Found = {
        "code": code_of(making, group.line),
        "type": "matrix",
        "text": words_of(making, line, "label"),
    }
    matrix |= {"options": asked[0][0]["options"]} | ({"na": True} if "na" in asked[0][0] else {})
    notes = [pair for pair in group.questions if pair[0]["type"] == "note"]
    return [*notes, (shown_if(matrix | {"rows": rows}, group.shows), line)]
