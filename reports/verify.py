"""Works every published figure of this folder out again, and finds every byte that was changed in it.

    python3 -I verify.py [FOLDER] [--expect HASH]

Needs Python 3.8 or newer and nothing else. Exit code 0: everything agrees; 1: something does not, and what.
HASH is the SHA-256 of the file SHA256SUMS, as the minutes of the publication tell it.

Values are worked out as exact fractions; square roots and quantiles as floating-point numbers. A figure agrees where
it is the same as printed and differs by less than 1e-9. What each file holds is told in README.md.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist
from typing import Any, NamedTuple

SUMS = "SHA256SUMS"
CLOSE = 1e-9
ALIKE = 1e-11  # variance within a stratum below this share of its scale is rounding, not variance
PEOPLE = "(people)"  # in cells.csv: how many chose any option of a question with several answers
GUARDED = re.compile(r"''*(?:\s*[=+\-@＝＋－＠]|[\t\r])")  # text with the mark before it that spreadsheets want
NAMED = ("stream", "scope", "code", "aggregation", "item")
FIELDS = ("value", "n", "se", "low", "high", "interval", "rank", "rank_low", "rank_high")


class Name(NamedTuple):
    """Which figure: of an item (overall, block, factor, question) at a place, by a way of adding up."""

    stream: str
    scope: str
    code: str
    aggregation: str
    item: str


class Precise(NamedTuple):
    """Variance, the same with the floor for strata whose answers are all alike, the share that belongs to it; degrees
    of freedom. All as shares, not per cent."""

    variance: float
    floored: float
    centre: float
    freedom: float = 0


class Total(NamedTuple):
    """Weighted sums of one question: points (0 to 1 each) and valid answers."""

    points: Fraction
    valid: Fraction


class Release(NamedTuple):
    """The files of the folder, read."""

    method: dict[str, Any]
    document: dict[str, Any]
    figures: dict[Name, dict[str, str]]
    cells: dict[tuple[str, str, str, str, str], dict[str, dict[str, int]]]  # …, question → stratum → answer → count
    strata: dict[tuple[str, str], tuple[int, int | None]]  # unit, stratum as counted → dossiers, forms that came back
    squares: dict[tuple[str, str, str], dict[tuple[str, str], float]]
    pools: dict[Name, dict[str, str]]
    known: dict[Any, Any]  # what was worked out already


def main(words: list[str]) -> int:
    """Check a folder; tell everything that is wrong, or in one line that all is well."""
    at = words.index("--expect") if "--expect" in words[:-1] else len(words)
    expected, named = "".join(words[at + 1 : at + 2]).lower(), words[:at] + words[at + 2 :]
    folder = Path(named[0]) if named else Path(__file__).resolve().parent
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without Vietnamese letters
    wrong, well = check(folder, expected)
    for line in wrong:
        sys.stdout.write(f"WRONG · SAI: {line}\n")
    if wrong:
        well = f"{len(wrong)} faults: this is not what was published. · Không phải bản đã công bố."
    sys.stdout.write(f"{well}\n")
    return 1 if wrong else 0


def check(folder: Path, expected: str) -> tuple[list[str], str]:
    """Everything that is wrong with a folder, and the sentence for one with which nothing is."""
    wrong, digest = altered(folder, expected)
    checked = pooled = 0
    try:
        release = read(folder)
        wrong += faults(release)
        checked = sum(row["value"] != "" for row in release.figures.values())
        pooled = sum(row["value_of"] == "whole" for row in release.pools.values())
    except Exception as error:  # noqa: BLE001 - a changed file may break anything, and that is what is to be told
        wrong.append(f"the figures cannot be worked out: {type(error).__name__}: {error}")
    return wrong, (
        f"OK · ĐÚNG: đã tính lại {checked} con số từ bảng đếm, tất cả khớp ({pooled} con số dựa trên tổng, vì ô "
        f"quá nhỏ); không tệp nào bị đổi. All {checked} figures were worked out again from the cells and agree "
        f"({pooled} rest on sums alone); no file was changed. SHA-256 {SUMS}: {digest}"
    )


def altered(folder: Path, expected: str) -> tuple[list[str], str]:
    """Files that were changed, added or taken away, and the SHA-256 of the list of sums."""
    there = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    listed = (folder / SUMS).read_bytes() if SUMS in there else b""
    sums = {line[66:]: line[:64] for line in listed.decode("utf-8", "replace").split("\n") if line}
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in there if name != SUMS}
    wrong = [f"{name}: was added" for name in found if name not in sums]
    wrong += [f"{name}: is missing" for name in sums if name not in found]
    wrong += [f"{name}: was changed" for name in found if sums.get(name, found[name]) != found[name]]
    if not wrong and listed != "".join(f"{found[name]}  {name}\n" for name in sorted(found)).encode():
        wrong.append(f"{SUMS}: was changed")
    digest = hashlib.sha256(listed).hexdigest()
    if expected and digest != expected:
        wrong.append(f"{SUMS}: its SHA-256 is {digest}, not {expected}")
    return wrong, digest


def rows(folder: Path, name: str) -> Iterable[dict[str, str]]:
    """The rows of a sheet, each with the number of its line."""
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(f"{name} line {reader.line_num}: too many cells, or too few")
            yield {key: text[1:] if GUARDED.match(text) else text for key, text in row.items()}


def read(folder: Path) -> Release:
    """The files of the folder."""
    method = json.loads((folder / "method.json").read_text(encoding="utf-8"))
    document = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    release = Release(method, document, {}, {}, {}, {}, {}, {})
    for line, row in enumerate(rows(folder, "index.csv"), 2):
        release.figures[Name(*(row[key] for key in NAMED))] = dict(row, line=str(line))
    for row in rows(folder, "pools.csv"):
        release.pools[Name(*(row[key] for key in NAMED))] = row
    for row in rows(folder, "cells.csv"):
        place = (row["stream"], row["scope"], row["code"], row["aggregation"], row["question"])
        release.cells.setdefault(place, {}).setdefault(row["stratum"], {})[row["answer"]] = int(row["count"])
    for row in rows(folder, "strata.csv"):
        key = (row["unit"], row["counted_in"])
        size = release.strata.get(key, (0, None))[0] + int(row["N"] or 0)
        release.strata[key] = (size, int(row["returned"]) if row["returned"] else None)
    for row in rows(folder, "squares.csv"):
        squares = release.squares.setdefault((row["scope"], row["code"], row["item"]), {})
        squares[row["unit"], row["stratum"]] = float(row["square"])
    asked = hashlib.sha256((folder / "questionnaire.json").read_bytes()).hexdigest()
    if not asked == method["questionnaire"]["sha256"] == document["questionnaire"]["sha256"]:
        raise ValueError(f"questionnaire.json has the SHA-256 {asked}, which is not that of the method")
    if method["publication"] != document.get("publication"):
        raise ValueError("method.json and index.json do not tell of the same publication")
    release.known["questions"] = {each["code"]: each for each in method["questions"]}
    issued = sum(int(row["issued"]) for row in rows(folder, "strata.csv"))
    if issued != document["answers"]["sample"]["issued"]:
        raise ValueError(f"strata.csv: {issued} forms issued, not {document['answers']['sample']['issued']}")
    return release


def faults(release: Release) -> list[str]:
    """Every figure that does not follow from the cells, and where index.csv and index.json disagree."""
    wrong = []
    listed = [Name(*(each[key] or "" for key in NAMED)) for each in release.document["figures"]]
    if listed != list(release.figures):
        wrong.append("index.csv and index.json do not hold the same figures in the same order")
    for name, each in zip(listed, release.document["figures"]):  # noqa: B905 - Python 3.8 has no strict
        row = release.figures.get(name, {})
        counts = None if each["distribution"] is None else spread(each["distribution"])
        same = all(row.get(key) == written(each[key]) for key in (*FIELDS, "state"))
        if not same or row.get("distribution") != written(counts):
            wrong.append(f"{where(row, name)}: index.csv and index.json do not tell the same")
    for name, row in release.figures.items():
        found = expected(release, name)
        for key, value in found.items():
            if not agrees(row[key], value):
                wrong.append(f"{where(row, name)}: {key} is {row[key] or 'empty'}; from the cells {written(value)}")
    idle = [name for name in release.pools if name.item and not told(release, name)]
    return wrong + [f"pools.csv: {' '.join(name)} belongs to no figure" for name in idle]


def where(row: dict[str, str], name: Name) -> str:
    """The place of a figure in index.csv."""
    return f"index.csv line {row.get('line', '?')} ({' '.join(part for part in name if part)})"


def written(value: object) -> str:
    """A value as it stands in a sheet."""
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def spread(counts: dict[str, int]) -> str:
    """A distribution as it stands in a sheet."""
    return " ".join(f"{answer}={count}" for answer, count in counts.items())


def agrees(text: str, value: object) -> bool:
    """Whether what stands in a sheet is what was worked out: numbers within 1e-9, the rest alike."""
    if isinstance(value, (float, Fraction)):
        return text != "" and abs(float(text) - value) <= CLOSE
    return text == written(value)


def expected(release: Release, name: Name) -> dict[str, object]:
    """What must stand in the row of a figure; fields that nothing can be said of are left out."""
    row = release.figures[name]
    found: dict[str, object] = {}
    if row["distribution"]:
        counts = distribution(release, name)
        found["distribution"] = spread({answer: n for answer, n in counts.items() if answer != PEOPLE})
        found["n"] = answered(release, name, counts)
    if not row["value"]:
        empty = dict.fromkeys(("se", "low", "high", "interval", "rank", "rank_low", "rank_high"))
        return dict(found, **empty, printed=None, printed_low=None, printed_high=None)
    found.update(value=value(release, name), n=people(release, name), state="ok")
    precise = precision(release, name) if row["se"] else None
    found.update(bounds(release, name, precise))
    found["rank"], found["rank_low"], found["rank_high"] = ranks(release, name).get(name, (None, None, None))
    points = release.method["rounding"]
    found["printed"] = printed(row["value"], points["decimals"])
    for key in ("low", "high"):
        found["printed_" + key] = printed(row[key], points["interval_decimals"]) if row[key] else None
    small = release.method["disclosure"]["small"]
    effective, wide = found.pop("effective", small), found.pop("wide", False)
    if int(row["n"]) < small or float(str(effective)) < small or wide:
        found["state"] = "flag_small"
    return found


def printed(text: str, decimals: int) -> str:
    """A number as it is printed: rounded half up, with a decimal comma."""
    number = Fraction(text)
    units = math.floor(abs(number) * 10**decimals + Fraction(1, 2))
    digits = str(units).rjust(decimals + 1, "0")
    return ("-" if number < 0 and units else "") + digits[:-decimals] + "," + digits[-decimals:]


def told(release: Release, name: Name) -> bool:
    """Whether a figure is published with its value."""
    return name in release.figures and release.figures[name]["value"] != ""


def units(release: Release, name: Name) -> list[Name]:
    """The same figure of every unit of a block or the province; of a unit, itself."""
    if name.scope == "unit":
        return [name]
    inside = [
        unit["code"] for unit in release.method["units"] if name.scope == "province" or unit["block"] == name.code
    ]
    return [name._replace(scope="unit", code=code, aggregation="") for code in inside]


def parts(release: Release, item: str) -> list[str]:
    """The items that an item is the mean of: blocks, then factors, then questions; nothing for a question."""
    kind, _, code = item.partition(":")
    method = release.method
    factors, blocks = method["factors"], method["blocks"]
    if kind == "factor":
        factor = next(each for each in factors if each["code"] == code)
        general = method["grouping"]["pooling"] == "general_item"
        return ["question:" + each for each in (factor["general"][:1] if general else factor["items"])]
    if kind == "block":
        return ["factor:" + each["code"] for each in factors if each["block"] == code]
    if kind == "overall" and factors:
        tops = [f"block:{block}" for block in blocks if any(each["block"] == block for each in factors)]
        return tops + ["factor:" + each["code"] for each in factors if each["block"] not in blocks]
    return ["question:" + each["code"] for each in method["questions"] if each["indexed"]] if kind == "overall" else []


def points(release: Release, question: str) -> dict[str, tuple[Fraction, int]]:
    """Of each option of a question its points (0 to 1) and whether it is a valid answer, by the method's measure."""
    options = release.known["questions"][question]["options"]
    scores = [each["score"] for each in options if each["score"] is not None]
    measure = release.method["method"]["measure"]
    base = min(scores) if measure == "mean_between_ends" else 0
    found = {}
    for each in options:
        if measure == "satisfied_share":
            gained = Fraction(int(each["satisfied"] and each["valid"]))
        else:
            gained = Fraction(each["score"] - base, max(scores) - base) if each["valid"] else Fraction(0)
        found[each["code"]] = gained, int(each["valid"])
    return found


def strata(release: Release, name: Name) -> dict[tuple[str, str], dict[str, int]]:
    """The counts of a question stratum by stratum, of all units of a place where they are told so."""
    question = name.item.partition(":")[2]
    found = {}
    for unit in units(release, name):
        for stratum, counts in release.cells.get((name.stream, "unit", unit.code, "", question), {}).items():
            found[unit.code, stratum] = counts
    return found


def distribution(release: Release, name: Name) -> dict[str, int]:
    """Answers to a question at a place: of its units, and what is left of the place's total beside them."""
    question = name.item.partition(":")[2]
    rest = "pooled" if name.aggregation == "weighted" else name.aggregation
    cells = [*strata(release, name).values()]
    if name.scope != "unit":
        cells += release.cells.get((name.stream, name.scope, name.code, rest, question), {}).values()
    each = release.known["questions"][question]
    answers = ["blank", *(option["code"] for option in each["options"]), "na", *([PEOPLE] if each["several"] else [])]
    return {answer: sum(counts[answer] for counts in cells) for answer in answers}


def answered(release: Release, name: Name, counts: dict[str, int]) -> int:
    """People who gave a valid answer to a question."""
    if PEOPLE in counts:
        return counts[PEOPLE]
    options = release.known["questions"][name.item.partition(":")[2]]["options"]
    return sum(counts[option["code"]] for option in options if option["valid"])


def weight(release: Release, stratum: tuple[str, str]) -> tuple[Fraction, float, int]:
    """Of a stratum the weight N/r, the part that was not asked 1 − r/N, and r; 1 and 1 where N is not known."""
    size, returned = release.strata[stratum]
    if returned is None:
        raise ValueError(f"strata.csv: the forms of stratum {stratum[1]} of {stratum[0]} are not told")
    return (Fraction(size, returned), 1 - returned / size, returned) if size else (Fraction(1), 1.0, returned)


def counted(counts: dict[str, int], gains: dict[str, tuple[Fraction, int]]) -> Total:
    """Points and valid answers of some counts."""
    gained = added(gain * counts[answer] for answer, (gain, _) in gains.items())
    return Total(gained, Fraction(sum(valid * counts[answer] for answer, (_, valid) in gains.items())))


def added(numbers: Iterable[Fraction]) -> Fraction:
    """The sum of fractions."""
    return sum(numbers, Fraction(0))


def total(release: Release, name: Name) -> Total:
    """Points and valid answers of a question at a place, weighted by dossiers in a sample."""
    if name not in release.known:
        gains = points(release, name.item.partition(":")[2])
        if name.stream == "open" or name.aggregation == "pooled":
            release.known[name] = counted(distribution(release, name), gains)
        else:
            pool = release.pools.get(name, {})
            parts = [Total(Fraction(pool["numerator"]), Fraction(pool["denominator"]))] if pool.get("numerator") else []
            for stratum, counts in strata(release, name).items():
                if stratum[1] != "*":
                    times = weight(release, stratum)[0]
                    parts.append(Total(*(times * each for each in counted(counts, gains))))
            release.known[name] = Total(added(each.points for each in parts), added(each.valid for each in parts))
    found: Total = release.known[name]
    return found


def value(release: Release, name: Name) -> Fraction:
    """The value of a figure in per cent, exact."""
    key = ("value", name)
    if key not in release.known:
        release.known[key] = worked_out(release, name)
    found: Fraction = release.known[key]
    return found


def worked_out(release: Release, name: Name) -> Fraction:
    """The value of a question from its counts, of all else the mean of its parts."""
    pool = release.pools.get(name, {})
    if pool.get("value_of") == "whole":
        return Fraction(pool["value"])
    ratio = name.item.startswith("factor:") and release.method["grouping"]["pooling"] == "pooled_answers"
    if name.aggregation != "units" and (ratio or name.item.startswith("question:")):
        found = [total(release, each) for each in questions(release, name)]
        return 100 * added(each.points for each in found) / added(each.valid for each in found)
    values = [value(release, each) for each in members(release, name)]
    rest = pool.get("value_of") == "rest"
    more, count = (Fraction(pool["value"]), int(pool["parts"])) if rest else (Fraction(0), 0)
    return (added(values) + more) / (len(values) + count)


def members(release: Release, name: Name) -> list[Name]:
    """The published figures that a figure is the mean of: units in a mean over units, else the parts of the item."""
    if name.aggregation == "units":
        return [each for each in units(release, name) if told(release, each)]
    return [each for part in parts(release, name.item) if told(release, each := name._replace(item=part))]


def questions(release: Release, name: Name) -> list[Name]:
    """The published questions that an item comes from at a place, each once."""
    if name.item.startswith("question:"):
        return [name]
    return list(dict.fromkeys(leaf for each in members(release, name) for leaf in questions(release, each)))


def people(release: Release, name: Name) -> int:
    """Valid answers behind a figure; of an index of several questions, those of the question that got most."""
    pool = release.pools.get(name, {})
    if name.aggregation == "units":
        known = 0 if pool.get("value_of") == "whole" else sum(people(release, each) for each in members(release, name))
        return known + int(pool.get("people") or 0)
    if pool.get("people"):
        return int(pool["people"])
    if name.item.startswith("question:"):
        return answered(release, name, distribution(release, name))
    return max(people(release, each) for each in members(release, name))


def ratios(release: Release, name: Name) -> dict[tuple[Name, ...], float]:
    """The ratios that a figure is a weighted mean of, each of the questions whose answers it puts together."""
    ratio = name.item.startswith("factor:") and release.method["grouping"]["pooling"] == "pooled_answers"
    if ratio or name.item.startswith("question:"):
        return {tuple(questions(release, name)): 1.0}
    found: dict[tuple[Name, ...], float] = {}
    values = members(release, name)
    for each in values:
        for key, share in ratios(release, each).items():
            found[key] = found.get(key, 0.0) + share / len(values)
    return found


def precision(release: Release, name: Name) -> Precise:
    """How sure a figure of the sample is: what each stratum adds (Särndal, Swensson & Wretman 1992, §5.5–5.8)."""
    if name not in release.known.setdefault("precision", {}):
        pool = release.pools.get(name, {})
        rest = Precise(*(float(pool.get(key) or 0) for key in ("variance", "floored", "centre", "freedom")))
        whole = pool.get("precision_of") == "whole"
        if name.aggregation == "units":
            found = rest if whole else mean_precision(release, name, rest, int(pool.get("parts") or 0))
        else:
            every = [rest] if whole else [rest, *terms(release, name)]
            sums = [math.fsum(column) for column in zip(*every)]  # noqa: B905 - Python 3.8 has no strict
            found = Precise(sums[0], sums[1], sums[2], freedom(release, name))
        release.known["precision"][name] = found
    known: Precise = release.known["precision"][name]
    return known


def mean_precision(release: Release, name: Name, rest: Precise, count: int) -> Precise:
    """Precision of the plain mean over units, which are independent."""
    each = [precision(release, unit) for unit in members(release, name)]
    count += len(each)
    sums = [math.fsum(column) for column in zip(rest, *each)]  # noqa: B905 - Python 3.8 has no strict
    return Precise(sums[0] / count**2, sums[1] / count**2, sums[2] / count, sums[3])


def freedom(release: Release, name: Name) -> int:
    """Degrees of freedom at a place: forms that came back, less strata that they came from."""
    inside = {unit.code for unit in units(release, name)}
    told = sum(back - 1 for (unit, _), (_, back) in release.strata.items() if unit in inside and back)
    return told + int(release.pools.get(name._replace(item=""), {}).get("freedom") or 0)


def terms(release: Release, name: Name) -> Iterator[Precise]:
    """What each stratum that is told adds to the precision of a figure."""
    single = name.item.startswith("question:")
    squares = release.squares.get((name.scope, name.code, name.item), {})
    mix = []
    for leaves, share in ratios(release, name).items():
        totals = [total(release, leaf) for leaf in leaves]
        below = float(sum(each.valid for each in totals))
        level = float(sum(each.points for each in totals)) / below
        told = [(strata(release, leaf), points(release, leaf.item.partition(":")[2])) for leaf in leaves]
        mix.append((share, below, level, told))
    for stratum in told_strata([cells for *_, leaves_told in mix for cells, _ in leaves_told]):
        times, part, back = weight(release, stratum)
        width = gained = first = second = 0.0
        for share, below, level, leaves_told in mix:
            scale = share * float(times) / below
            for cells, gains in leaves_told:
                mine = counted(cells[stratum], gains)
                width += scale * float(mine.valid)
                gained += scale * float(mine.points)
                first += scale * (float(mine.points) - level * float(mine.valid))
                if single:
                    each = [
                        (cells[stratum][answer], float(gain) - level * valid) for answer, (gain, valid) in gains.items()
                    ]
                    second = sum(count * (scale * residual) ** 2 for count, residual in each)
        if not single and part > 0:  # where everybody answered nothing is left to chance
            second = squares[stratum]
        yield term(width, gained, first, second, part, back)


def told_strata(questions: list[dict[tuple[str, str], dict[str, int]]]) -> list[tuple[str, str]]:
    """The strata that are told one by one of all these questions."""
    return [key for key in questions[0] if key[1] != "*" and all(key in cells for cells in questions)]


def term(width: float, gained: float, first: float, second: float, part: float, back: int) -> Precise:
    """What one stratum adds: its part `width` of the figure, Σ w u (`first`) and Σ (w u)² (`second`) of its people.

    Where all its answers are alike, the share (x + ½) / (r + 1) stands in for its own (Dean & Pagano 2015).
    """
    level = gained / width if width else 0.0
    spread = max(second - first * first / back, 0.0)
    alike = spread <= ALIKE * max(second, width * width / back)
    variance = 0.0 if alike else part * back / max(back - 1, 1) * spread
    if not (alike and part > 0 and width):
        return Precise(variance, variance, width * level)
    guess = (level * back + 0.5) / (back + 1)
    return Precise(variance, part * width * width * guess * (1 - guess) / max(back - 1, 1), width * guess)


def bounds(release: Release, name: Name, precise: Precise | None) -> dict[str, object]:
    """Standard error and interval of a figure; also its effective number of answers and whether it is too wide."""
    if precise is None:
        return dict.fromkeys(("se", "low", "high", "interval"))
    share, rules = float(value(release, name)) / 100, release.method["interval"]
    found: dict[str, object] = {"se": 100 * math.sqrt(precise.variance)}
    if precise.floored == 0:
        return dict(found, low=100 * share, high=100 * share, interval="take_all")
    t = student(release, int(precise.freedom))
    n = precise.centre * (1 - precise.centre) / precise.floored
    if release.method["method"]["measure"] == "satisfied_share":
        middle = (share + t * t / (2 * n)) / (1 + t * t / n)
        half = t / (1 + t * t / n) * math.sqrt(share * (1 - share) / n + t * t / (4 * n * n))
        low = 0.0 if share <= 0 else max(0.0, middle - half)
        high = 1.0 if share >= 1 else min(1.0, middle + half)
        found["interval"] = "wilson_neff_t"
    else:
        half = t * math.sqrt(precise.floored)
        low, high = max(0.0, share - half), min(1.0, share + half)
        found["interval"] = "mean_t"
    return dict(found, low=100 * low, high=100 * high, effective=n, wide=100 * (high - low) > rules["widest"])


def student(release: Release, freedom: int) -> float:
    """The quantile of Student's t distribution at the confidence of the method."""
    key = ("t", freedom)
    if key not in release.known:
        release.known[key] = quantile(release.method["interval"]["confidence"] / 100, freedom)
    found: float = release.known[key]
    return found


def quantile(confidence: float, freedom: int) -> float:
    """The two-sided quantile of Student's t distribution, by Newton's method from the normal one."""
    x = NormalDist().inv_cdf((1 + confidence) / 2)
    scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - math.log(freedom * math.pi) / 2
    for _ in range(200):
        density = math.exp(scale - (freedom + 1) / 2 * math.log1p(x * x / freedom))
        step = (confidence - within(x, freedom)) / (2 * density)
        x += step
        if abs(step) < 1e-14 * x:
            break
    return x


def within(x: float, freedom: int) -> float:
    """P(|T| ≤ x) of Student's t distribution (Abramowitz & Stegun 1972, 26.7.3 and 26.7.4)."""
    angle = math.atan(x / math.sqrt(freedom))
    odd, square = freedom % 2, math.cos(angle) ** 2
    term = math.cos(angle) if odd else 1.0
    sums = [term] if freedom > 1 else []
    for k in range(2 + odd, freedom - 1, 2):
        term *= square * (k - 1) / k
        sums.append(term)
    inner = math.sin(angle) * math.fsum(sums)
    return 2 / math.pi * (angle + inner) if odd else inner


def ranks(release: Release, name: Name) -> dict[Name, tuple[int, int, int]]:
    """Rank and rank interval of every unit of a block of units, for one item of a sample."""
    if name.stream != "sample" or name.scope != "unit":
        return {}
    block = next(unit["block"] for unit in release.method["units"] if unit["code"] == name.code)
    key = ("ranks", block, name.item)
    if key not in release.known:
        inside = [name._replace(code=unit["code"]) for unit in release.method["units"] if unit["block"] == block]
        here = [each for each in inside if told(release, each)]
        exact = {each: value(release, each) for each in here}
        better = {(one, other) for one in here for other in here if clearly(release, one, other)}
        release.known[key] = {
            each: (
                1 + sum(exact[other] > exact[each] for other in here),
                1 + sum((other, each) in better for other in here),
                len(here) - sum((each, other) in better for other in here),
            )
            for each in here
            if len(here) > 1
        }
    found: dict[Name, tuple[int, int, int]] = release.known[key]
    return found


def clearly(release: Release, one: Name, other: Name) -> bool:
    """Whether a unit is better than another one by more than chance (Goldstein & Healy 1995)."""
    gap = float(value(release, one)) / 100 - float(value(release, other)) / 100
    if gap <= 0:
        return False
    first, second = precision(release, one), precision(release, other)
    t = student(release, max(int(first.freedom + second.freedom), 1))
    return gap > t * math.sqrt(first.variance + second.variance)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
