"""Timing two ways of doing the same thing in turn."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians in milliseconds; the ratio is the median of the pairs' ratios. What has nothing beside it has zeros."""

    name: str
    product: float
    handwritten: float
    ratio: float
    statements: int | None = None


def in_turn(name: str, product: Callable[[], object], handwritten: Callable[[], object], *, runs: int, statements: int | None = None) -> Timing:
    for _warm in range(3):
        product()
        handwritten()
    ours, theirs = [], []
    for _run in range(runs):
        ours.append(_clocked(product))
        theirs.append(_clocked(handwritten))
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Timing(name, statistics.median(ours), statistics.median(theirs), statistics.median(ratios), statements)


def alone(name: str, product: Callable[[], object], *, runs: int, statements: int) -> Timing:
    """Something that the product alone has."""
    for _warm in range(3):
        product()
    return Timing(name, statistics.median(_clocked(product) for _run in range(runs)), 0, 0, statements)


def _clocked(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return (time.perf_counter() - before) * 1000
