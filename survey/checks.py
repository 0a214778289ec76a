"""What the keys of a questionnaire file mean together: every check in one table, every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from survey.condition_checks import conditions
from survey.definitions import repeated, words_faults
from survey.faults import Fault, listed, shown
from survey.placed import CLOSED, Placed, na_rows, placed_questions
from survey.shapes import OptionRow, QuestionnaireRow, QuestionRow, WordsRow
from survey.texts import placed_words

BUILT_IN_LANGUAGES = ("vi", "en")
MAX_OPTIONS = 200
COUNTED = ("scale", "yes_no", "matrix")

# Which types take which key; a key that is not listed here goes with every type.
KEY_TYPES: dict[str, tuple[str, ...]] = {
    "options": CLOSED,
    "na": ("scale", "single", "several", "yes_no", "matrix", "number", "date"),
    "required": (*CLOSED, "number", "date", "text"),
    "factor": COUNTED,
    "rows": ("matrix",),
    "max_choices": ("several",),
    "minimum": ("number", "date"),
    "maximum": ("number", "date"),
    "decimals": ("number",),
    "max_length": ("text",),
}
SHEET_COLUMNS = frozenset(
    ("external_id", "unit", "counter", "stratum", "stream", "channel", "language", "finished_on", "duration_s")
)
NEEDED_KEYS = {"scale": ("options",), "single": ("options",), "several": ("options",), "matrix": ("options", "rows")}


def check(row: QuestionnaireRow) -> Iterator[Fault]:
    """Every fault of a questionnaire whose shape is sound."""
    questions = placed_questions(row)
    for rule in RULES:
        yield from rule(row, questions)


def duplicates(row: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """Codes that must be unique and are not."""
    named = [
        ("languages", row.languages),
        ("sections", [section.code for section in row.sections]),
        ("factors", [factor.code for factor in row.factors]),
        ("blocks", [block.code for block in row.blocks]),
    ]
    rows = [part.code for placed in questions for part in placed.row.rows or ()]
    named.append(("questions", [placed.row.code for placed in questions] + rows))
    named.extend((f"{place}.options", [option.code for option in options]) for place, options in option_lists(row))
    for where, found in named:
        for code in repeated(found):
            yield Fault("duplicate_code", where, {"code": shown(code)})


def sheet_columns(_: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """Items that bear the name of another column of a sheet of responses."""
    for placed in questions:
        for code in SHEET_COLUMNS.intersection(placed.item_codes):
            yield Fault("column_code", placed.where, {"code": code})


def option_lists(row: QuestionnaireRow) -> Iterator[tuple[str, Sequence[OptionRow]]]:
    """Every list of options with its place."""
    for name, scale in row.scales.items():
        yield f"scales.{shown(name)}", scale.options
    for placed in placed_questions(row):
        if isinstance(placed.row.options, list):
            yield placed.where, placed.row.options


def option_rules(row: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """The reserved code, and lists that are too long or too short to choose from."""
    for where, options in option_lists(row):
        if any(option.code == "na" for option in options):
            yield Fault("reserved_code", f"{where}.options", {"code": "na"})
        if not 2 <= len(options) <= MAX_OPTIONS:
            facts = {"count": str(len(options)), "limit": str(MAX_OPTIONS)}
            yield Fault("option_count", f"{where}.options", facts)


def keys_of_type(row: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """Keys that a type of question does not take, or lacks."""
    for placed in questions:
        for key, types in KEY_TYPES.items():
            if placed.row.type not in types and getattr(placed.row, key) not in (None, False):
                facts = {"key": key, "type": placed.row.type, "types": listed(types)}
                yield Fault("key_not_for_type", f"{placed.where}.{key}", facts)
        for key in NEEDED_KEYS.get(placed.row.type, ()):
            if getattr(placed.row, key) is None:
                yield Fault("missing_key", f"{placed.where}.{key}", {"key": key})


def scale_names(row: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """Names of option lists that are not among `scales`."""
    for placed in questions:
        name = placed.row.options
        if isinstance(name, str) and name not in row.scales:
            facts = {"found": shown(name), "scales": listed(list(row.scales))}
            yield Fault("unknown_scale", f"{placed.where}.options", facts)


def option_marks(row: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """Marks on options that their type of question cannot keep, and options that their type needs."""
    for placed in questions:
        kind, where = placed.row.type, f"{placed.where}.options"
        if kind != "several" and any(option.exclusive for option in placed.options):
            yield Fault("mark_not_for_type", where, {"mark": "exclusive", "types": "several"})
        if kind not in ("single", "several") and any(option.other for option in placed.options):
            yield Fault("mark_not_for_type", where, {"mark": "other", "types": "single, several"})
        if kind == "scale" and any(option.score is None for option in placed.options):
            yield Fault("scale_without_scores", where, {"code": placed.row.code})
        if kind == "yes_no" and {option.code for option in placed.options} != {"yes", "no"}:
            yield Fault("yes_no_codes", where, {"found": listed([option.code for option in placed.options])})
        if (placed.row.max_choices or 0) > len(placed.options) > 0:
            facts = {"found": str(placed.row.max_choices), "count": str(len(placed.options))}
            yield Fault("max_choices_too_large", f"{placed.where}.max_choices", facts)


def bounds(row: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """Bounds of the wrong kind, or the wrong way round."""
    for placed in questions:
        low, high, kind = placed.row.minimum, placed.row.maximum, placed.row.type
        if kind not in ("number", "date"):
            continue
        right = [bound is None or isinstance(bound, (int, float)) == (kind == "number") for bound in (low, high)]
        for key, sound in zip(("minimum", "maximum"), right, strict=True):
            if not sound:
                yield Fault("bound_kind", f"{placed.where}.{key}", {"type": kind})
        if all(right) and low is not None and high is not None and low > high:  # type: ignore[operator]  # one kind
            yield Fault("bounds_reversed", placed.where, {"minimum": str(low), "maximum": str(high)})


def groups(row: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """Factors and blocks that are named but not there, or there but empty."""
    factors, blocks = {f.code for f in row.factors}, {b.code for b in row.blocks}
    used = [(code, where) for placed in questions for code, where in factors_of(placed)]
    filled, held = {code for code, _ in used}, {factor.block for factor in row.factors}
    for code, where in used:
        if code not in factors:
            yield Fault("unknown_factor", where, {"found": shown(code), "factors": listed(sorted(factors))})
    for position, factor in enumerate(row.factors, start=1):
        where = f"factors[{position}]"
        if factor.code not in filled:
            yield Fault("empty_factor", where, {"factor": factor.code})
        if factor.block is None and blocks:
            yield Fault("factor_without_block", where, {"factor": factor.code, "blocks": listed(sorted(blocks))})
        if factor.block is not None and factor.block not in blocks:
            yield Fault("unknown_block", where, {"found": factor.block, "blocks": listed(sorted(blocks))})
    for position, block in enumerate(row.blocks, start=1):
        if block.code not in held:
            yield Fault("empty_block", f"blocks[{position}]", {"block": block.code})


def factors_of(placed: Placed) -> Iterator[tuple[str, str]]:
    """The factors that a question or its rows name, with their places."""
    if placed.row.factor is not None:
        yield placed.row.factor, f"{placed.where}.factor"
    for position, part in enumerate(placed.row.rows or (), start=1):
        if part.factor is not None:
            yield part.factor, f"{placed.where}.rows[{position}].factor"


def counted(row: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """Items of a factor must be countable: every option scored, one at least satisfied."""
    for placed in questions:
        if not any(True for _ in factors_of(placed)) or placed.row.type not in COUNTED or not placed.options:
            continue
        if placed.row.type == "matrix" and any(option.score is None for option in placed.options):
            yield Fault("factor_without_scores", f"{placed.where}.options", {"code": placed.row.code})
        if placed.row.type != "yes_no" and not any(option.satisfied for option in placed.options):
            yield Fault("factor_without_satisfied", f"{placed.where}.options", {"code": placed.row.code})


def named_items(row: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """Items that `sensitive` and `general` name and that are not there or cannot be counted."""
    kinds = {code: placed.row.type for placed in questions for code in placed.item_codes}
    named = [(code, "sensitive") for code in row.sensitive]
    named += [(f.general, f"factors[{n}].general") for n, f in enumerate(row.factors, start=1) if f.general]
    for code, where in named:
        if code not in kinds:
            yield Fault("unknown_item", where, {"found": shown(code)})
        elif where != "sensitive" and kinds[code] not in COUNTED:
            yield Fault("general_not_counted", where, {"found": shown(code), "type": kinds[code]})


def languages(row: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """Words that lack a language, have one too many, or are empty; built-in words that a language lacks."""
    for where, words in placed_words(row):
        yield from words_faults(words, row.languages, where)
    lacking = [language for language in row.languages if language not in BUILT_IN_LANGUAGES]
    if not lacking:
        return
    for placed in questions:
        if placed.row.type == "yes_no" and placed.row.options is None:
            yield Fault("built_in_words", f"{placed.where}.options", {"language": listed(lacking), "key": "options"})
        if any(na is True for na in na_rows(placed)) and not scale_na(placed.row, row):
            yield Fault("built_in_words", f"{placed.where}.na", {"language": listed(lacking), "key": "na"})


def scale_na(question: QuestionRow, row: QuestionnaireRow) -> WordsRow | None:
    """The words of "not applicable" that the question's scale has."""
    scale = row.scales.get(question.options) if isinstance(question.options, str) else None
    return scale.na if scale else None


Rule = Callable[[QuestionnaireRow, Sequence[Placed]], Iterator[Fault]]
RULES: tuple[Rule, ...] = (
    duplicates,
    sheet_columns,
    keys_of_type,
    scale_names,
    option_rules,
    option_marks,
    bounds,
    groups,
    counted,
    named_items,
    conditions,
    languages,
)
