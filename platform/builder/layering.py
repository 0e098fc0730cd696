"""Places things that point to each other in columns, so that most lines lead the same way and few of them cross."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 188, 46
"""Of a box."""
THIN = 6
"""The height of a point that a line runs through, beside boxes."""
GAP_X, GAP_Y = 68, 24
EDGE = 24
_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a box stands: its upper left corner."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Boxes by name, the corners that each line runs through, and the size of all of it."""

    spots: Mapping[str, Spot]
    lines: Mapping[tuple[str, str], tuple[tuple[int, int], ...]]
    width: int
    height: int


def layered(names: Sequence[str], links: Collection[tuple[str, str]]) -> Plan:
    """What is pointed to stands on the left of what points to it; what has no link stands below."""
    wanted = list(dict.fromkeys((source, target) for source, target in links if source != target))
    linked = {name for link in wanted for name in link}
    forwards = _without_circles([name for name in names if name in linked], wanted)
    levels = _levels([name for name in names if name in linked], forwards)
    columns, chains = _with_waypoints(levels, forwards)
    _order(columns, chains)
    height = max((sum(_height(name, levels) + GAP_Y for name in column) for column in columns), default=0)
    spots: dict[str, Spot] = {}
    for number, column in enumerate(columns):
        top = EDGE + (height - sum(_height(name, levels) + GAP_Y for name in column)) // 2
        for name in column:
            spots[name] = Spot(EDGE + number * (WIDTH + GAP_X), top)
            top += _height(name, levels) + GAP_Y
    width = EDGE * 2 + max(len(columns), 1) * (WIDTH + GAP_X) - GAP_X
    lines = {link: _corners(chain, spots) for link, chain in chains.items()}
    for source, target in wanted:  # those that were turned round to have no circle run the other way
        if (source, target) not in lines:
            lines[source, target] = tuple(reversed(lines[target, source]))
    alone = [name for name in names if name not in linked]
    across = max(1, (width - EDGE * 2 + GAP_X // 2) // (WIDTH + GAP_X // 2), 3 if not linked else 1)
    top = EDGE + height + (GAP_Y if linked else 0)
    for place, name in enumerate(alone):
        spots[name] = Spot(EDGE + place % across * (WIDTH + GAP_X // 2), top + place // across * (HEIGHT + GAP_Y))
    rows = -(-len(alone) // across)
    width = max([width, *(spots[name].x + WIDTH + EDGE for name in alone)])
    return Plan({name: spots[name] for name in names}, lines, width, top + rows * (HEIGHT + GAP_Y) + EDGE)


def _height(name: str, boxes: Collection[str]) -> int:
    return HEIGHT if name in boxes else THIN


def _without_circles(names: Sequence[str], links: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The links with those turned round that would lead back to where one came from."""
    leading: dict[str, list[str]] = defaultdict(list)
    for source, target in links:
        leading[source].append(target)
    state: dict[str, int] = {}
    found: dict[tuple[str, str], None] = {}

    def walk(name: str) -> None:
        state[name] = 1
        for target in leading[name]:
            if state.get(target) == 1:
                found[target, name] = None
            else:
                found[name, target] = None
                if target not in state:
                    walk(target)
        state[name] = 2

    for name in names:
        if name not in state:
            walk(name)
    return list(found)


def _levels(names: Sequence[str], links: Sequence[tuple[str, str]]) -> dict[str, int]:
    """0 for what points to nothing, else one more than the furthest of what it points to."""
    leading: dict[str, list[str]] = defaultdict(list)
    for source, target in links:
        leading[source].append(target)
    known: dict[str, int] = {}

    def level(name: str) -> int:
        if name not in known:
            known[name] = 1 + max((level(one) for one in leading[name]), default=-1)
        return known[name]

    return {name: level(name) for name in names}


def _with_waypoints(levels: Mapping[str, int], links: Sequence[tuple[str, str]]) -> tuple[list[list[str]], dict[tuple[str, str], list[str]]]:
    """Columns of boxes, with points that long lines run through, and what each line runs through."""
    columns: list[list[str]] = [[] for _number in range(max(levels.values(), default=-1) + 1)]
    for name, level in levels.items():
        columns[level].append(name)
    chains: dict[tuple[str, str], list[str]] = {}
    for source, target in links:
        chain = [source]
        for level in range(levels[source] - 1, levels[target], -1):
            point = f"{source}>{target}>{level}"
            columns[level].append(point)
            chain.append(point)
        chains[source, target] = [*chain, target]
    return columns, chains


def _order(columns: list[list[str]], chains: Mapping[tuple[str, str], Sequence[str]]) -> None:
    """Bring what belongs together to the same height, from the left to the right and back, a few times."""
    beside: dict[str, list[str]] = defaultdict(list)
    for chain in chains.values():
        for one, other in pairwise(chain):
            beside[one].append(other)
            beside[other].append(one)
    for sweep in range(_SWEEPS):
        numbers = range(1, len(columns)) if sweep % 2 == 0 else range(len(columns) - 2, -1, -1)
        for number in numbers:
            nearer = number - 1 if sweep % 2 == 0 else number + 1
            places = {name: place / max(1, len(columns[nearer]) - 1) for place, name in enumerate(columns[nearer])}
            own = {name: place / max(1, len(columns[number]) - 1) for place, name in enumerate(columns[number])}
            columns[number].sort(key=lambda name: _middle([places[one] for one in beside[name] if one in places], own[name]))


def _middle(places: Sequence[float], own: float) -> float:
    return sum(places) / len(places) if places else own


def _corners(chain: Sequence[str], spots: Mapping[str, Spot]) -> tuple[tuple[int, int], ...]:
    """From the left edge of the first box to the right edge of the last one, through the middles of the points between."""
    middle = HEIGHT // 2
    first, last = spots[chain[0]], spots[chain[-1]]
    found = [(first.x, first.y + middle)]
    for name in chain[1:-1]:
        found += [(spots[name].x + WIDTH, spots[name].y + THIN // 2), (spots[name].x, spots[name].y + THIN // 2)]
    return (*found, (last.x + WIDTH, last.y + middle))
