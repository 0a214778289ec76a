"""What is hidden cannot be worked out from what is shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.disclosure import Line, hidden, state, told_apart


def seen(people: list[int], lines: list[Line], minimum: int = 5) -> list[bool]:
    return (~hidden(np.array(people)[:, None], minimum, lines)).ravel().tolist()


FLAT = [Line(0, (1, 2, 3))]
TREE = [Line(0, (1, 2)), Line(1, (3, 4)), Line(2, (5, 6))]


@pytest.mark.parametrize(
    ("people", "lines", "expected"),
    [
        pytest.param([40, 10, 12, 18], FLAT, [True] * 4, id="nothing small, nothing hidden"),
        pytest.param([40, 3, 12, 25], FLAT, [True, False, False, True], id="a partner goes with the only small one"),
        pytest.param([40, 3, 4, 33], FLAT, [True, False, False, True], id="two small ones of 7 people hide each other"),
        pytest.param([40, 2, 2, 36], FLAT, [True, False, False, False], id="two of 4 people need a third"),
        pytest.param([3, 3, 0, 0], FLAT, [False, False, True, True], id="nobody is not a secret"),
        pytest.param([9, 4, 5, 0], FLAT, [True, False, False, True], id="both parts go, the total stays"),
        pytest.param([4, 4, 0, 0], FLAT, [False, False, True, True], id="a total of one part goes with it"),
        pytest.param(
            [46, 6, 40, 2, 4, 20, 20], TREE, [True, True, True, False, False, True, True], id="pair below one block"
        ),
        pytest.param(
            [43, 3, 40, 3, 0, 20, 20], TREE, [True, False, False, False, True, False, True],
            id="a partner block loses a unit too",
        ),
        pytest.param(
            [43, 2, 41, 2, 0, 1, 40], TREE, [True, False, False, False, True, False, False],
            id="three people left over from two blocks stay hidden",
        ),
    ],
)  # fmt: skip
def test_small_cells_and_their_partners_are_hidden(people, lines, expected):
    assert seen(people, lines) == expected


def test_question_hidden_in_a_factor_takes_another_with_it():
    # the overall, a factor of two questions and one of a single question, for one place
    lines = [Line(0, (1, 2)), Line(1, (3, 4)), Line(2, (5,))]
    people = np.array([[50, 50, 40, 50, 3, 40]])
    assert hidden(people, 5, [], lines).ravel().tolist() == [False, False, False, True, True, False]


def test_question_hidden_alone_in_its_factor_hides_the_factor_and_another():
    lines = [Line(0, (1, 2, 3)), Line(1, (4,)), Line(2, (5,)), Line(3, (6,))]
    people = np.array([[50, 3, 50, 40, 3, 50, 40]])
    mask = hidden(people, 5, [], lines).ravel()
    assert mask.tolist() == [False, True, False, True, True, False, True]


@st.composite
def trees(draw):
    """A province of blocks of units of counters with a few people in each, and its lines."""
    parents, leaves = [-1], []
    for level in range(draw(st.integers(1, 3))):
        above = [at for at, parent in enumerate(parents) if depth(parents, at) == level]
        for parent in above:
            for _ in range(draw(st.integers(1 if level == 0 else 0, 4))):
                parents.append(parent)
    leaves = [at for at in range(len(parents)) if at not in parents]
    people = np.zeros((len(parents), 1), dtype=np.int64)
    for leaf in leaves:
        n, at = draw(st.integers(0, 12)), leaf
        while at >= 0:
            people[at] += n
            at = parents[at]
    lines = [
        Line(at, children)
        for at in range(len(parents))
        if (children := tuple(child for child, parent in enumerate(parents) if parent == at))
    ]
    return people, lines


def depth(parents: list[int], at: int) -> int:
    return 0 if parents[at] < 0 else 1 + depth(parents, parents[at])


@given(trees())
def test_no_hidden_cell_follows_from_the_shown_ones(made):
    people, lines = made
    mask = hidden(people, 5, lines).ravel()
    assert mask[(people.ravel() > 0) & (people.ravel() < 5)].all()
    unknown = np.flatnonzero(mask)
    equations = np.zeros((len(lines), len(people)))
    for row, line in enumerate(lines):
        equations[row, line.parent] = -1
        equations[row, list(line.children)] = 1
    left = equations[:, unknown]
    # a hidden cell is determined if and only if its unit vector lies in the span of the equations
    rank = np.linalg.matrix_rank(left) if left.size else 0
    for column in range(len(unknown)):
        probe = np.zeros((1, len(unknown)))
        probe[0, column] = 1
        assert np.linalg.matrix_rank(np.vstack([left, probe])) == rank + 1


@given(trees())
def test_what_is_left_of_a_shown_total_is_nobody_or_enough(made):
    people, lines = made
    mask = hidden(people, 5, lines).ravel()
    children = {line.parent: line.children for line in lines}

    def told(at: int) -> int:
        """People of the largest shown parts below a cell."""
        return sum(int(people[child, 0]) if not mask[child] else told(child) for child in children.get(at, ()))

    for parent in children:
        if not mask[parent]:
            left = int(people[parent, 0]) - told(parent)
            assert left == 0 or left >= 5


@given(trees())
def test_nothing_is_hidden_where_nothing_is_small(made):
    people, lines = made
    assert not hidden(people * 5, 5, lines).any()


def test_two_releases_that_differ_by_few_are_told():
    assert told_apart(np.array([30, 30, 30, 30]), np.array([30, 26, 25, 34]), 5).tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    ("people", "suppressed", "effective", "expected"),
    [
        (0, False, None, "undefined"),
        (4, True, None, "suppressed"),
        (400, True, None, "suppressed"),
        (29, False, None, "flag_small"),
        (30, False, None, "ok"),
        (400, False, 29.9, "flag_small"),
        (400, False, 30.0, "ok"),
    ],
)
def test_state(people, suppressed, effective, expected):
    assert state(people, 30, suppressed=suppressed, effective=effective) == expected
