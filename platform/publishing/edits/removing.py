"""Taking something out together with those of its uses that lose no meaning; the others stay and are problems to solve."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shuke.definitions.model import Document
from shuke.definitions.patches import Key, Patch, Path, document_pointer, pointer, removing
from shuke.publishing.edits.values import value_at, wanted_value
from shuke.publishing.references import Reference, Target, references

_NEEDED = frozenset({"columns", "layout", "nodes", "blocks", "fields", "parts", "measures", "actions", "menu", "grants", "operations"})
"""Lists that mean something when they are empty, or must not be; any other list goes with its last entry."""


@dataclass(frozen=True, slots=True)
class Uses:
    """Where something is used: what goes with it, and what stays behind and has to be solved by a person."""

    going: tuple[Reference, ...]
    staying: tuple[Reference, ...]


def uses(documents: Sequence[Document], targets: Collection[Target], gone: Collection[Key] = ()) -> Uses:
    """The uses of things outside of the documents that go as a whole."""
    found = [
        one for one in references(documents)
        if one.target in targets and not one.is_definition and one.document not in gone and not _inside(one, targets)
    ]
    return Uses(tuple(one for one in found if one.away is not None), tuple(one for one in found if one.away is None))


def take_away(documents: Sequence[Document], found: Uses) -> Patch:
    """The steps that take the uses out which can go."""
    places: dict[Key, set[Path]] = defaultdict(set)
    for one in found.going:
        if one.away is not None:
            places[one.document].add(one.away)
    return [step for document, paths in places.items() for step in _without(documents, document, paths)]


def remove_documents(documents: Sequence[Document], keys: Collection[Key]) -> Patch:
    return [step for one in documents if one.key in keys for step in removing(document_pointer(one.key), {"app": one.app, "body": one.body})]


def _inside(one: Reference, targets: Collection[Target]) -> bool:
    """Whether a field that goes names itself or another one that goes."""
    if one.document[0] != "entity" or len(one.path) < 2 or one.path[0] != "properties":
        return False
    owner, columns = one.document[1], one.path[2:]
    if Target("field", owner, str(one.path[1])) in targets:
        return True
    return len(columns) > 2 and columns[:2] == ("items", "properties") and Target("field", f"{owner}.{one.path[1]}", str(columns[2])) in targets


def _without(documents: Sequence[Document], document: Key, paths: set[Path]) -> Patch:
    """From the end of each list to its beginning, so that places stay what they are; a list that would be empty goes as a whole."""
    outer = {path for path in paths if not any(path[:length] in paths for length in range(1, len(path)))}
    emptied = {path[:-1] for path in outer if isinstance(path[-1], int) and _empties(documents, document, path[:-1], outer)}
    wanted = {path for path in outer if path[:-1] not in emptied} | emptied
    steps: Patch = []
    for path in sorted(wanted, key=_place, reverse=True):
        steps += removing(pointer(document, path), wanted_value(documents, document, path))
    return steps


def _empties(documents: Sequence[Document], document: Key, path: Path, going: set[Path]) -> bool:
    found = value_at(documents, document, path)
    return str(path[-1]) not in _NEEDED and isinstance(found, list | tuple) and all((*path, number) in going for number in range(len(found)))


def _place(path: Path) -> tuple[tuple[int, int, str], ...]:
    """Numbers in their order, and names apart from them."""
    return tuple((0, part, "") if isinstance(part, int) else (1, 0, part) for part in path)
