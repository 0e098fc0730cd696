"""Which of the things that can be done with a record stands coloured on its page, which beside it, and which wait in the menu."""

from collections.abc import Sequence
from dataclasses import dataclass

from shuke.runtime.quick_add import Start
from shuke.runtime.transitions import Way

_BUTTONS = 3
"""So many stand beside each other; the rest is in the menu."""


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The ways on from a record, by where they stand."""

    primary: Way | Start | None
    beside: tuple[Way | Start, ...]
    menu: tuple[Way | Start, ...]
    warned: tuple[Way, ...]
    """Steps to be thought over: at the end of the menu."""
    blocked: tuple[Way, ...]
    """What cannot be done yet, with the reason."""


def next_steps(ways: Sequence[Way], starts: Sequence[Start], *, may_edit: bool) -> NextSteps:
    """Editing, where it is allowed, always has its place among the buttons."""
    open_ways = [way for way in ways if not way.objection and not way.warns]
    primary = _primary(open_ways, starts)
    ordered: list[Way | Start] = [
        *(way for way in open_ways if way.marked or way.plain), *starts, *(way for way in open_ways if not (way.marked or way.plain)),
    ]
    rest = [step for step in ordered if step is not primary]
    room = _BUTTONS - may_edit - (primary is not None)
    return NextSteps(
        primary, tuple(rest[:room]), tuple(rest[room:]),
        tuple(way for way in ways if way.warns and not way.objection), tuple(way for way in ways if way.objection),
    )


def _primary(ways: Sequence[Way], starts: Sequence[Start]) -> Way | Start | None:
    """What the definitions mark, a step before a button that starts something; else the first step that leads on."""
    marked: list[Way | Start] = [*(way for way in ways if way.marked), *(start for start in starts if start.marked), *(way for way in ways if way.plain)]
    return marked[0] if marked else None
