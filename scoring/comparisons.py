"""Two years beside each other: which changes are more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

LEVEL = 0.05  # of Holm's adjusted probabilities below which a change is told as one


def probability(points: float, se: float, se_before: float) -> float:
    """The two-sided probability of so large a difference of two independent estimates by chance alone, large samples.

    Two estimates without any error differ for certain, or are alike.

    >>> round(probability(3.92, 2.0, 0.0), 2), probability(0.0, 0.0, 0.0), probability(1.0, 0.0, 0.0)
    (0.05, 1.0, 0.0)
    """
    error = sqrt(se**2 + se_before**2)
    if not error:
        return float(points == 0)
    return 2 * (1 - NormalDist().cdf(abs(points) / error))


def holm(probabilities: Sequence[float]) -> list[float]:
    """Holm's adjusted probabilities, in the given order. Source: Holm 1979, *Scandinavian Journal of Statistics* 6.

    >>> [round(each, 3) for each in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(probabilities)), key=lambda at: probabilities[at])
    found, least = [0.0] * len(probabilities), 0.0
    for step, at in enumerate(order):
        least = max(least, min(1.0, (len(probabilities) - step) * probabilities[at]))
        found[at] = least
    return found
