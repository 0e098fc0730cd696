"""What definitions name, and where they name it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Path = tuple[str | int, ...]
Body = Mapping[str, Any]
Where = Literal["value", "key", "name", "app"]


@dataclass(frozen=True, slots=True)
class Target:
    """Something that has a name.

    The owner of a field is its entity, or `entity.field` for a column of a sub-table; of an option its field
    (`book.genre`), of a transition its entity, of a state its workflow, of a kind of entry its ledger. Views go by
    their whole name (`book.list.new`), and so does everything that is a document: its kind is the document's.
    """

    kind: str
    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that names a target: characters `start` to `end` of the text at `path` in the document's body."""

    document: tuple[str, str]
    path: Path
    target: Target
    role: str
    """What for: `definition`, `column`, `formula`, …; the builder has words for each."""
    start: int
    end: int
    where: Where = "value"
    """The text is the value at the path, the key there, the document's own name, or the app that it belongs to."""
    away: Path | None = None
    """What can be taken out, without loss of meaning, when the target goes."""
    by_label: bool = False
    """A formula says its label, which a new name does not change."""

    @property
    def is_definition(self) -> bool:
        return self.role == "definition"


ROLES = (
    "definition", "belongs", "column", "filter", "sort", "group", "sum", "header", "figure", "layout", "related", "title", "unique", "required", "value",
    "formula", "condition", "check", "link", "workflow", "trigger", "action", "account", "right", "audience", "menu", "view", "block", "words", "part",
)
"""Every role that a reference can have."""
