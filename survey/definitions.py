"""Definition files: YAML from outside, read without surprises, and its faults of shape."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from survey.faults import Fault, listed, shown

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 30
CODE = r"^[a-z][a-z0-9-]{1,39}$"
# What YAML's own constructors raise: the last three where a value does not fit its tag, as in `!!bool maybe`.
UNREADABLE = (
    yaml.YAMLError, ValueError, OverflowError, RecursionError, LookupError, AttributeError, TypeError,
)  # fmt: skip
Shape = TypeVar("Shape", bound="Row")
Reader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Row(BaseModel):
    """A mapping in a definition file: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class DefinitionLoader(Reader):  # type: ignore[misc, valid-type]  # libyaml's loader where it is installed
    """Safe YAML that notes a key given twice, or one that is no text, instead of keeping the last one."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.faults: list[Fault] = []


def unique_mapping(loader: DefinitionLoader, node: yaml.MappingNode) -> dict[Hashable, object]:
    """A mapping whose keys are all different texts; what is wrong is noted on the loader."""
    seen: dict[Hashable, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        where = f"line {key_node.start_mark.line + 1}"
        if not isinstance(key, str):
            loader.faults.append(Fault("key_not_text", where, {"found": shown(key)}))
        elif key in seen:
            loader.faults.append(Fault("duplicate_key", where, {"key": shown(key)}))
        else:
            seen[key] = loader.construct_object(value_node, deep=True)
    return seen


DefinitionLoader.add_constructor("tag:yaml.org,2002:map", unique_mapping)


def load(text: str) -> Mapping[str, object] | tuple[Fault, ...]:
    """The mapping that a definition file holds, or what keeps it from being read; never raises.

    >>> load("code: a\\ncode: b")
    (Fault(code='duplicate_key', where='line 2', facts={'key': 'code'}),)
    """
    if len(text) > MAX_CHARACTERS:
        return (Fault("definition_too_large", "", {"found": str(len(text)), "limit": str(MAX_CHARACTERS)}),)
    try:
        return bombs(text) or loaded(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return (Fault("yaml_unreadable", f"line {line}", {"problem": shown(error.problem or error.context or "")}),)
    except UNREADABLE as error:
        return (Fault("yaml_unreadable", "", {"problem": shown(str(error).partition("\n")[0])}),)


def bombs(text: str) -> tuple[Fault, ...]:
    """Aliases, which can blow a small file up, and nesting that no honest file needs."""
    faults: list[Fault] = []
    depth = 0
    for event in yaml.parse(text, Loader=Reader):
        where = f"line {event.start_mark.line + 1 if event.start_mark else 1}"
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            faults.append(Fault("yaml_alias", where, {"name": shown(event.anchor)}))
        if depth > MAX_DEPTH:
            return (*faults, Fault("yaml_too_deep", where, {"limit": str(MAX_DEPTH)}))
    return tuple(faults)


def loaded(text: str) -> Mapping[str, object] | tuple[Fault, ...]:
    """The mapping of a text that is safe to load."""
    loader = DefinitionLoader(text)
    try:
        found = loader.get_single_data()
    finally:
        loader.dispose()
    if loader.faults:
        return tuple(loader.faults)
    return found if isinstance(found, dict) else (Fault("not_a_definition", "", {"found": kind(found)}),)


def shape(model: type[Shape], found: Mapping[str, object]) -> Shape | tuple[Fault, ...]:
    """The file as a typed row, or every fault of its shape."""
    try:
        return model.model_validate(found)
    except ValidationError as error:
        return tuple(
            fault_of(problem["type"], problem["loc"], problem["input"], problem.get("ctx", {}), found)
            for problem in error.errors(include_url=False)
        )


# pydantic's name of a fault of shape → ours; what is missing here is "wrong_value".
SHAPE_FAULTS = {
    "extra_forbidden": "unknown_key",
    "missing": "missing_key",
    "string_type": "not_text",
    "dict_type": "not_words",
    "model_type": "not_a_mapping",
    "model_attributes_type": "not_a_mapping",
    "list_type": "not_a_list",
    "tuple_type": "not_a_list",
    "too_short": "empty_list",
    "int_type": "not_a_whole_number",
    "int_from_float": "not_a_whole_number",
    "float_type": "not_a_number",
    "decimal_type": "not_a_number",
    "finite_number": "not_a_number",
    "bool_type": "not_true_or_false",
    "date_type": "not_a_date",
    "string_pattern_mismatch": "code_form",
    "literal_error": "not_one_of",
    "greater_than_equal": "number_too_small",
    "less_than_equal": "number_too_large",
    "string_too_long": "text_too_long",
}
BRANCHES = {"named", "listed", "words", "flag", "date", "number", "all", "some"}  # tags of unions: no place in the file


def fault_of(
    problem: str, place: Sequence[int | str], found: object, limits: Mapping[str, object], root: Mapping[str, object]
) -> Fault:
    """Pydantic's word for a fault of shape as ours, with the place as the author of the file sees it."""
    path = place_in(root, place)
    limit = limits.get("ge", limits.get("le", limits.get("max_length", limits.get("expected", ""))))
    facts = {"found": kind(found), "key": path.rpartition(".")[2], "limit": shown(limit)}
    if problem == "string_type" and isinstance(found, (bool, int, float, date)):
        return Fault("not_quoted", path, facts)
    return Fault(SHAPE_FAULTS.get(problem, "wrong_value"), path, facts)


def place_in(root: object, place: Sequence[int | str]) -> str:
    """`sections[2].questions[1].options`: the place as a path from the root of the file.

    >>> place_in({"scales": {"s": {"na": 1}}}, ("scales", "s", "na", "words"))
    'scales.s.na'
    """
    path, here = "", root
    for position, step in enumerate(place):
        inside = part(here, step)
        if inside is None and (step in BRANCHES or step == "[key]" or position < len(place) - 1):
            continue
        path += f"[{step + 1}]" if isinstance(step, int) else f".{shown(step)}"
        here = inside
    return path.removeprefix(".")


def part(here: object, step: int | str) -> object:
    """What stands at that step inside a mapping or list; None where nothing does."""
    if isinstance(here, dict):
        return here.get(step)
    return here[step] if isinstance(here, list) and isinstance(step, int) and step < len(here) else None


KINDS = {dict: "{…}", list: "[…]", type(None): "null"}


def kind(found: object) -> str:
    """What stands there, in few words: the value itself where it is short, its kind where it is large."""
    if isinstance(found, bool):
        return "true" if found else "false"
    return KINDS.get(type(found)) or shown(found)


# Control characters, halves of pairs, the two private characters that doors may mark places with, and non-characters.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000\ue001\ufdd0-\ufdef\ufffe\uffff]")


def words_faults(words: Mapping[str, str], languages: Sequence[str], where: str) -> list[Fault]:
    """What is wrong with one text: a language missing, unknown or empty, or a character that cannot be shown."""
    faults = [
        Fault("missing_language", where, {"language": language, "languages": listed(list(languages))})
        for language in languages
        if not words.get(language, "").strip()
    ]
    for language, text in words.items():
        if language not in languages:
            facts = {"language": shown(language), "languages": listed(list(languages))}
            faults.append(Fault("unknown_language", where, facts))
        if CONTROL.search(text):
            faults.append(Fault("bad_character", f"{where}.{shown(language)}", {}))
    return faults


def repeated(codes: Sequence[str]) -> list[str]:
    """The codes that stand more than once, each told once.

    >>> repeated(["b", "a", "b", "a", "c"])
    ['a', 'b']
    """
    return sorted(code for code, count in Counter(codes).items() if count > 1)


def tidy(words: Mapping[str, str]) -> dict[str, str]:
    """The words in composed Unicode (NFC) without blanks around them."""
    return {language: unicodedata.normalize("NFC", text.strip()) for language, text in words.items()}
