"""Walking through a document: noting the names that stand at its keys, with the places that they stand at."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from shuke.core.errors import UnknownName
from shuke.definitions.model import Catalogue, Document
from shuke.documents.words import placed_placeholders
from shuke.expressions import STANDARD_VARIABLES, Type, mentions
from shuke.expressions.types import Member
from shuke.fields.scope import scope
from shuke.publishing.references.model import Path, Reference, Target, Where

Away = Literal["", "item", "key", "part"]
"""What goes with a name: nothing, its entry in a list, its key, or the whole part that it stands in."""
SELF = ""
"""The place itself, instead of a key in it."""


class Walk:
    """The references found so far, and how names are looked up."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.found: list[Reference] = []

    def member(self, owner: str, name: str) -> Member | None:
        try:
            return scope(self.catalogue).member(owner, name)
        except UnknownName:
            return None

    def target_of(self, owner: str, name: str) -> str:
        """Where a link or a collection leads, or `""`."""
        member = self.member(owner, name)
        return member.type.entity if member else ""

    def value_of(self, owner: str, name: str, code: str) -> Target | None:
        """What a text is that is compared with a member: a state or an option."""
        entity, _dot, part = owner.partition(".")
        found = self.catalogue.entities.get(entity)
        try:
            field = found.field(part).child(name) if found and part else found.field(name) if found else None
        except UnknownName:
            return None
        if field is None:
            return None
        if workflow := field.option("workflow"):
            return Target("state", str(workflow), code)
        if entity == "unit" and name == "kind":
            return Target("unit_kind", "", code)
        return Target("option", f"{owner}.{name}", code) if field.options else None


class Spot:
    """One place in a document, with what stands there."""

    def __init__(self, walk: Walk, document: Document, body: Any, path: Path = ()) -> None:
        self.walk, self.document, self.body, self.path = walk, document, body, path

    def at(self, *parts: str | int) -> "Spot":
        body = self.body
        for part in parts:
            body = body[part] if isinstance(part, int) or (isinstance(body, Mapping) and part in body) else None
        return Spot(self.walk, self.document, body, (*self.path, *parts))

    def items(self, key: str) -> Iterator["Spot"]:
        """The parts of a list."""
        found = self.at(key)
        count = len(found.body) if isinstance(found.body, Sequence) and not isinstance(found.body, str) else 0
        return (found.at(number) for number in range(count))

    def members(self, key: str) -> Iterator[tuple[str, "Spot"]]:
        """The members of an object by their names."""
        found = self.at(key)
        return ((name, found.at(name)) for name in (found.body if isinstance(found.body, Mapping) else ()))

    def says(self, key: str) -> str:
        value = self.body.get(key, "") if isinstance(self.body, Mapping) else ""
        return value if isinstance(value, str) else ""

    # Noting

    def name(self, key: str, kind: str, role: str, owner: str = "", away: Away = "") -> None:
        """A name, or a list of names."""
        for spot, text in self._texts(key):
            spot.note(Target(kind, owner, text), role, 0, len(text), away=away)

    def key(self, target: Target, role: str, away: Away = "") -> None:
        """The key under which this stands is a name."""
        self.note(target, role, 0, len(target.name), "key", away)

    def view(self, key: str, role: str, entity: str = "", kind: str = "form", away: Away = "") -> None:
        """The whole name of a view, or only its variant where the entity is known."""
        for spot, text in self._texts(key):
            if "." in text:
                spot.view_name(text, role, away=away)
            elif text:
                spot.note(Target("view", "", f"{entity}.{kind}.{text}"), role, 0, len(text), away=away)

    def view_name(self, text: str, role: str, where: Where = "value", away: Away = "") -> None:
        entity, _dot, rest = text.partition(".")
        variant = ".".join(text.split(".")[2:])
        self.note(Target("entity", "", entity), "definition" if where == "name" and not rest else "belongs" if where == "name" else role, 0, len(entity), where)
        self.note(Target("view", "", text), role, len(text) - len(variant), len(text), where, away)

    def paths(self, key: str, owner: str, role: str, away: Away = "") -> None:
        """Paths over members: `author.name`, `-title` to sort by, `bought_on:month` to group by, `*` for the rest."""
        for spot, text in self._texts(key):
            spot.path_text(text, owner, role, away=away)

    def path_text(self, text: str, owner: str, role: str, where: Where = "value", away: Away = "") -> None:
        start = 1 if text.startswith("-") else 0
        for name in text[start:].partition(":")[0].split("."):
            if not name or name == "*":
                return
            self.note(Target("field", owner, name), role, start, start + len(name), where, away)
            start += len(name) + 1
            owner = self.walk.target_of(owner, name)
            if not owner:
                return

    def expression(
        self, key: str, owner: str, role: str, variables: Mapping[str, Type] | None = None, gives: tuple[str, str] | None = None,
    ) -> None:
        for spot, text in self._texts(key):
            spot.formula(text, owner, role, variables, gives)

    def formula(
        self, source: str, owner: str, role: str, variables: Mapping[str, Type] | None = None, gives: tuple[str, str] | None = None, offset: int = 0,
    ) -> None:
        known = {**STANDARD_VARIABLES, **(variables or {})}
        try:
            found = mentions(source, scope(self.walk.catalogue), owner, variables=known, gives=gives)
        except UnknownName:  # about the rows of a sub-table that is not there any more
            return
        for one in found:
            target: Target | None = Target("field", one.owner, one.name)
            if one.compared is not None:
                target = self.walk.value_of(one.owner, one.name, one.compared)
            if target:
                self.note(target, role, offset + one.start, offset + one.end, by_label=one.by_label)

    def values(self, key: str, owner: str, written: str, variables: Mapping[str, Type] | None = None) -> None:
        """Fields of `written` with a formula over `owner` for each."""
        for name, spot in self.members(key):
            spot.key(Target("field", written, name), "value")
            spot.expression(SELF, owner, "formula", variables, gives=(written, name))

    def words(self, owner: str) -> None:
        """Formulas in braces inside of all words below here."""
        if isinstance(self.body, Mapping):
            for key in self.body:
                self.at(key).words(owner)
        elif isinstance(self.body, list | tuple):
            for number in range(len(self.body)):
                self.at(number).words(owner)
        elif isinstance(self.body, str) and self.path[-1] in ("zh", "en"):
            for source, start in placed_placeholders(self.body):
                self.formula(source, owner, "words", offset=start)

    def note(self, target: Target, role: str, start: int, end: int, where: Where = "value", away: Away = "", *, by_label: bool = False) -> None:
        self.walk.found.append(Reference(self.document.key, self.path, target, role, start, end, where, self._away(away), by_label))

    def _away(self, away: Away) -> Path | None:
        match away:
            case "item" | "key":
                return self.path
            case "part":
                return self.path[:-1] if self.path and isinstance(self.path[-1], str) else self.path[:-2]
        return None

    def _texts(self, key: str) -> Iterator[tuple["Spot", str]]:
        """The text at the key, or each of the texts of a list, with its place."""
        found = self.at(key) if key else self
        if isinstance(found.body, str):
            yield found, found.body
        elif isinstance(found.body, list | tuple):
            for number, text in enumerate(found.body):
                if isinstance(text, str):
                    yield found.at(number), text
