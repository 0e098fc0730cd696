"""Views of lists that people keep: their own, and those that are shared with a unit, a role or everybody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from shuke.access import Actor, has_ability
from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, Json, UtcDateTime
from shuke.definitions.current import catalogue
from shuke.definitions.store import bump_security_epoch
from shuke.records.titles import titles

UNIT, ALL = "unit", "all"
LONGEST_NAME = 60
MOST_OF_ONE = 200
"""So many views a person may keep for one entity."""

saved_table = sa.Table(
    "sk_saved_view", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("entity", sa.String(60), nullable=False),
    sa.Column("owner_id", Id, nullable=False),
    sa.Column("unit_id", Id),
    sa.Column("name", sa.String(LONGEST_NAME), nullable=False),
    sa.Column("parameters", Json, nullable=False),
    sa.Column("shared", sa.String(60), nullable=False),
    sa.Column("default_for", Json, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Index("ix_sk_saved_view_entity", "entity", "owner_id"),
)
choice_table = sa.Table(
    "sk_view_choice", metadata,
    sa.Column("user_id", Id, primary_key=True, autoincrement=False),
    sa.Column("entity", sa.String(60), primary_key=True),
    sa.Column("view", sa.String(200), nullable=False),
)
"""Which list a person wants to see first: the name of a definition's view, or the id of a saved one."""

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view: the state of a list as its address has it, under a name."""

    id: int
    entity: str
    owner: int
    owner_name: str
    unit: int | None
    name: str
    parameters: Parameters
    shared: str
    """`""`: only the owner's; `unit`, `all`, or the name of a role."""
    default_for: tuple[str, ...]
    """The roles for which it opens first."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The saved views of an entity that an actor may open, and what this actor wants to see first."""

    views: tuple[SavedView, ...] = ()
    chosen: str = ""

    def get(self, id_: int) -> SavedView | None:
        return next((view for view in self.views if view.id == id_), None)


@dataclass(frozen=True, slots=True)
class _Stored:
    views: tuple[SavedView, ...]
    chosen: Mapping[int, str]
    above: Mapping[int, tuple[int, ...]]
    """Unit → itself and those above it."""


def shelf(actor: Actor, entity: str, epoch: int) -> Shelf:
    """What the actor finds for a list; read from the database once for each `epoch`, which every change of a view moves on."""
    kept: dict[str, tuple[int, _Stored]] = catalogue().derived("saved views", dict)
    found = kept.get(entity)
    if found is None or found[0] != epoch:
        found = kept[entity] = epoch, _load(entity)
    return _seen(actor, found[1])


def current_shelf(actor: Actor, entity: str) -> Shelf:
    """The same, as it stands in the database just now."""
    return _seen(actor, _load(entity))


def audiences(actor: Actor) -> tuple[str, ...]:
    """With whom the actor may share: everybody with the own unit; those who lead people or keep the house, with all and with roles."""
    with_unit = (UNIT,) if actor.unit else ()
    if not (actor.subordinates or has_ability(actor, "administer") or has_ability(actor, "build")):
        return with_unit
    return (*with_unit, ALL, *(name for name in sorted(catalogue().roles) if name not in (UNIT, ALL)))


def may_change(actor: Actor, view: SavedView) -> bool:
    """The owner, and for what is shared those who administer."""
    return view.owner == actor.id or bool(view.shared) and has_ability(actor, "administer")


def save(actor: Actor, entity: str, name: str, parameters: Parameters, *, id_: int = 0) -> int:
    """Keep a view under a name, or what an existing one has become; its id."""
    name = _sound_name(name)
    now = clock.now()
    if id_:
        _changeable(actor, entity, id_)
        _write(sa.update(saved_table).where(saved_table.c.id == id_).values(name=name, parameters=_plain(parameters), updated_at=now))
        return id_
    own = sa.select(sa.func.count()).select_from(saved_table).where(saved_table.c.entity == entity, saved_table.c.owner_id == actor.id)
    if (connection().scalar(own) or 0) >= MOST_OF_ONE:
        raise InvalidInput({"name": [_("You have kept %(count)s views of this list. Delete some of them first.", count=MOST_OF_ONE)]})
    id_ = new_id()
    _write(sa.insert(saved_table).values(
        id=id_, entity=entity, owner_id=actor.id, unit_id=actor.unit, name=name, parameters=_plain(parameters), shared="", default_for=[],
        created_at=now, updated_at=now,
    ))
    return id_


def describe(actor: Actor, entity: str, id_: int, name: str, shared: str, default_for: Iterable[str]) -> None:
    """Rename a view, share it, and open it first for people with some roles."""
    view = _changeable(actor, entity, id_)
    allowed = audiences(actor)
    roles = tuple(sorted(set(default_for)))
    if shared and shared != view.shared and shared not in allowed:
        raise NotAllowed(_("You may not share views with these people."))
    if set(roles) - set(view.default_for) and (ALL not in allowed or not set(roles) <= set(catalogue().roles)):
        raise NotAllowed(_("You may not decide what others see first."))
    if roles and not (shared == ALL or shared in roles and len(roles) == 1):
        raise InvalidInput({"default_for": [_("Share the view with the people for whom it shall open first.")]})
    unit = actor.unit if shared == UNIT and view.shared != UNIT else view.unit
    _write(sa.update(saved_table).where(saved_table.c.id == id_).values(
        name=_sound_name(name), shared=shared, default_for=list(roles), unit_id=unit, updated_at=clock.now(),
    ))


def remove(actor: Actor, entity: str, id_: int) -> None:
    _changeable(actor, entity, id_)
    connection().execute(sa.delete(choice_table).where(choice_table.c.entity == entity, choice_table.c.view == str(id_)))
    _write(sa.delete(saved_table).where(saved_table.c.id == id_))


def choose(actor: Actor, entity: str, view: str) -> None:
    """Open this view first for the actor from now on; `""` leaves it to the roles again."""
    connection().execute(sa.delete(choice_table).where(choice_table.c.user_id == actor.id, choice_table.c.entity == entity))
    if view:
        connection().execute(sa.insert(choice_table).values(user_id=actor.id, entity=entity, view=view[:200]))
    bump_security_epoch()


def _write(statement: sa.Executable) -> None:
    connection().execute(statement)
    bump_security_epoch()


def _plain(parameters: Parameters) -> dict[str, list[str]]:
    return {name: list(values) for name, values in parameters.items()}


def _sound_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidInput({"name": [_("Give the view a name.")]})
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput({"name": [_("A name has at most %(count)s characters.", count=LONGEST_NAME)]})
    return name


def _changeable(actor: Actor, entity: str, id_: int) -> SavedView:
    view = current_shelf(actor, entity).get(id_)
    if view is None:
        raise NotFound(_("This view does not exist."))
    if not may_change(actor, view):
        raise NotAllowed(_("This view belongs to somebody else. Save it under a name of your own."))
    return view


def _seen(actor: Actor, stored: _Stored) -> Shelf:
    views = tuple(view for view in stored.views if view.owner == actor.id or _is_for(actor, view, stored))
    return Shelf(views, stored.chosen.get(actor.id, ""))


def _is_for(actor: Actor, view: SavedView, stored: _Stored) -> bool:
    if view.shared == UNIT:
        return view.unit is not None and view.unit in stored.above.get(actor.unit or 0, ())
    return view.shared == ALL or bool(view.shared) and view.shared in actor.roles


def _load(entity: str) -> _Stored:
    table = saved_table.c
    rows = connection().execute(sa.select(saved_table).where(table.entity == entity).order_by(table.name, table.id)).all()
    chosen = connection().execute(sa.select(choice_table.c.user_id, choice_table.c.view).where(choice_table.c.entity == entity))
    names = titles(Actor.system("names of the owners of views"), "user", {row.owner_id for row in rows if row.shared}) if rows else {}
    views = tuple(
        SavedView(
            row.id, entity, row.owner_id, names.get(row.owner_id, ""), row.unit_id, row.name,
            {name: tuple(values) for name, values in row.parameters.items()}, row.shared, tuple(row.default_for),
        )
        for row in rows
    )
    return _Stored(views, dict(chosen.all()), _units_above() if any(view.shared == UNIT for view in views) else {})


def _units_above() -> dict[int, tuple[int, ...]]:
    unit = sa.table("e_unit", sa.column("id", Id), sa.column("parent", Id))
    parents: dict[int, Any] = dict(connection().execute(sa.select(unit.c.id, unit.c.parent)).all())
    return {id_: tuple(_upwards(id_, parents)) for id_ in parents}


def _upwards(id_: int | None, parents: Mapping[int, Any]) -> Iterable[int]:
    seen: list[int] = []
    while id_ is not None and id_ not in seen:
        seen.append(id_)
        id_ = parents.get(id_)
    return seen
