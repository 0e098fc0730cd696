"""Real records for what the draft describes: read as they are published, and given the names of the draft."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from shuke import records
from shuke.core.errors import PlatformError, UnknownName
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Catalogue, Entity, Field
from shuke.expressions import BOOL, ExpressionError
from shuke.fields import FIELD_TYPES
from shuke.fields.scope import expression
from shuke.records import Group, Query, Record
from shuke.records.figures import computed_for
from shuke.screens.visitor import actor


class Reading:
    """What of an entity of the draft can be read: the fields that have a table already, with the rights of who looks."""

    def __init__(self, draft: Catalogue, published: Catalogue, entity: str) -> None:
        self._draft, self._published = draft, published
        self.entity = draft.entity(entity)
        self.there = _same_entity(self.entity, published)

    def path(self, path: str) -> str:
        """The published path of a path of the draft, or `""` where something on it is new."""
        entity, there, names = self.entity, self.there, []
        *links, last = path.split(".")
        for name in (*links, last):
            found = _same_field(entity, there, name) if there else None
            if found is None:
                return ""
            names.append(found.name)
            if len(names) <= len(links):
                target = FIELD_TYPES[found.type].expression_type(found).entity
                there = self._published.entities.get(target)
                own = entity.field(name)
                entity = self._draft.entities[FIELD_TYPES[own.type].expression_type(own).entity]
        return ".".join(names)

    def records(self, paths: Iterable[str], sort: Sequence[str] = (), where: str = "", limit: int = 30) -> tuple[Record, ...]:
        """Records with the values that are there, by the paths of the draft."""
        known = {path: there for path in dict.fromkeys(paths) if (there := self.path(path))}
        if self.there is None:
            return ()
        order = [("-" if name.startswith("-") else "") + there for name in sort if (there := self.path(name.removeprefix("-")))]
        asked = Query(fields=tuple(known.values()) or ("id",), where=self._where(where), sort=tuple(order) or ("-created_at",), limit=limit, count=False)
        found = self._read(lambda there: records.query(actor(), there, asked).records) or ()
        return tuple(replace(one, entity=self.entity, values=_renamed(one.values, known)) for one in found)

    def groups(self, group: Sequence[str], measures: Sequence[tuple[str, str]], where: str = "") -> list[Group]:
        """Counts and sums over all records, blank for what is new."""
        by, wanted = [self.path(path) for path in group], [(function, self.path(path) if path else "") for function, path in measures]
        known = [(function, path) for (function, path), (_name, asked) in zip(wanted, measures, strict=True) if path or not asked]
        if not all(by) or not known:
            return []
        found = self._read(lambda there: records.aggregate(actor(), there, by, known, Query(where=self._where(where)))) or []
        return [Group(one.key, _spread(one.measures, wanted, measures)) for one in found]

    def computed(self, id_: int, sources: Iterable[str]) -> Mapping[str, Any]:
        """What formulas over a record give, as far as they can be computed already."""
        good = [source for source in sources if self._is_sound(source)]
        return self._read(lambda there: computed_for(actor(), there, id_, good)) or {} if good else {}

    def has_condition(self, where: str) -> bool:
        """Whether a condition can be asked for already."""
        return not where or self._is_sound(where)

    def _where(self, where: str) -> str:
        return where if self._is_sound(where, BOOL) else ""

    def _is_sound(self, source: str, expect: Any = None) -> bool:
        if not source or self.there is None:
            return False
        try:
            expression(self._published, self.there.name, source, expect)
        except (ExpressionError, UnknownName):
            return False
        return True

    def _read(self, read: Any) -> Any:
        """What may not be read, or not yet, is nothing to see."""
        if self.there is None:
            return None
        try:
            with use_catalogue(self._published):
                return read(self.there)
        except PlatformError:
            return None


def _same_entity(entity: Entity, published: Catalogue) -> Entity | None:
    if entity.id:
        return next((one for one in published.entities.values() if one.id == entity.id), None)
    return None if not entity.system else published.entities.get(entity.name)


def _same_field(entity: Entity, there: Entity, name: str) -> Field | None:
    """The published field that this one of the draft is, if it still is of the same type."""
    own = entity.field(name)
    if own.system or not own.id:
        found = there.field(name) if own.system and there.has(name) else None
    else:
        found = next((one for one in there.fields if one.id == own.id), None)
    return found if found is not None and found.type == own.type and found.entity == own.entity else None


def _renamed(values: Mapping[str, Any], known: Mapping[str, str]) -> Mapping[str, Any]:
    return {path: values[there] for path, there in known.items() if there in values}


def _spread(measures: Sequence[Any], wanted: Sequence[tuple[str, str]], asked: Sequence[tuple[str, str]]) -> tuple[Any, ...]:
    """The figures in the order in which they were asked for, with None for those that are new."""
    left = iter(measures)
    return tuple(next(left) if path or not name else None for (_function, path), (_same, name) in zip(wanted, asked, strict=True))
