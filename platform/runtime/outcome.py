"""What stood against saving a form."""

from dataclasses import dataclass

from shuke.records import Doubt


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that somebody else changed meanwhile; `yours` is blank when you did not touch it."""

    name: str
    label: str
    theirs: str
    yours: str
    both: bool
    """Both changed it: one has to be chosen."""
    joined: bool = False
    """Both changed it, and what both did is kept."""
    was: str = ""
    """What it was when the form was opened."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why a form is shown again."""

    doubts: tuple[Doubt, ...] = ()
    differences: tuple[Difference, ...] = ()
    revision: int | None = None
    status: int = 200
    said: tuple[str, ...] = ()
    saved_by: str = ""
    saved_at: str = ""
