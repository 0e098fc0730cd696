"""What an actor may do with the records and fields of one entity: the union of permission groups, cut by guards."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from shuke.access.actor import Actor
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Grant

RANK = {"hidden": 0, "masked": 1, "read": 2, "write": 3}
_BY_RANK = {rank: right for right, rank in RANK.items()}
EVERYTHING = frozenset({"read", "create", "update", "delete", "export", "import", "print", "transition"})

_MOST_KNOWN = 2000
_KEPT = frozenset({"id", "created_at", "created_by", "updated_at", "updated_by"})
# Everybody who signs in sees the names of colleagues and units: they are the titles of owners and stores.
_DIRECTORY = {
    "user": Grant("user", frozenset({"read"}), fields={"*": "hidden", "username": "read", "name": "read", "unit": "read", "superior": "read", "active": "read"}),
    "unit": Grant("unit", frozenset({"read"}), fields={"*": "read"}),
}


@dataclass(frozen=True)
class Policy:
    """The grants of an actor's roles on an entity; without limits for the system."""

    entity: Entity
    unlimited: bool
    grants: tuple[Grant, ...]

    def may(self, operation: str) -> bool:
        return self.unlimited or any(operation in grant.operations for grant in self.grants)

    def granted(self, operation: str) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if operation in grant.operations)

    def right(self, name: str, operation: str = "read") -> str:
        """The best right that any grant of this operation gives; single rows can have less (see `differs`).

        A column of a sub-table is named `lines.cost`; without an entry of its own it follows the sub-table.
        """
        known = self._known_rights
        found = known.get((name, operation))
        if found is None:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            found = known[name, operation] = self._right(name, operation)
        return found

    @cached_property
    def _known_rights(self) -> dict[tuple[str, str], str]:
        """A page asks for the same rights over and over again."""
        return {}

    def _right(self, name: str, operation: str) -> str:
        if name in _KEPT:
            return "read" if self.may("read") else "hidden"
        if self.unlimited:
            return "write"
        rank = max((RANK[_right(grant, name)] for grant in self.granted(operation)), default=0)
        return _BY_RANK[rank]

    def differs(self, name: str) -> bool:
        """Whether the right to read this field depends on the row."""
        if self.unlimited or name in _KEPT:
            return False
        return len({min(RANK[_right(grant, name)], 2) for grant in self.granted("read")}) > 1

    def readable(self, name: str) -> tuple[Grant, ...]:
        """The read grants under which the field is seen unmasked."""
        return tuple(grant for grant in self.granted("read") if RANK[_right(grant, name)] >= RANK["read"])

    def masked(self, name: str) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.granted("read") if RANK[_right(grant, name)] >= RANK["masked"])

    @cached_property
    def lookup(self) -> tuple[str, ...]:
        """Fields by whose full value any record can be found."""
        return tuple(dict.fromkeys(name for grant in self.grants for name in grant.lookup))

    def may_fire(self, transition: str) -> bool:
        return self.unlimited or any(
            "transition" in grant.operations and ("*" in grant.transitions or transition in grant.transitions) for grant in self.grants
        )


def policy(actor: Actor, entity: Entity) -> Policy:
    """The policy of the actor's roles, computed once per catalogue version."""
    published = catalogue()
    key = ("policy", entity.name, "system" if actor.is_system else actor.rights)
    return published.derived(key, lambda: _compute(actor, entity))


def has_ability(actor: Actor, ability: str) -> bool:
    """`build` or `administer`."""
    roles = catalogue().roles
    if actor.through is not None and not has_ability(actor.through, ability):
        return False
    return actor.is_system or any(ability in roles[name].abilities for name in actor.roles if name in roles)


def _compute(actor: Actor, entity: Entity) -> Policy:
    if actor.is_system:
        return Policy(entity, True, ())
    grants = [one.grant for one in attributed(actor, entity)]
    if actor.through is not None:
        grants = _shared(grants, policy(actor.through, entity))
    return Policy(entity, False, tuple(grants))


@dataclass(frozen=True, slots=True)
class Attributed:
    """A grant with where it comes from: the role and its place in it; no role for what everybody has who signs in."""

    role: str
    number: int
    grant: Grant


def attributed(actor: Actor, entity: Entity) -> list[Attributed]:
    """The grants of an actor's roles on an entity, each with its role."""
    roles = catalogue().roles
    found = [
        Attributed(name, number, grant) for name in sorted(actor.roles) if name in roles
        for number, grant in enumerate(roles[name].grants) if grant.entity in (entity.name, "*")
    ]
    found += [Attributed(name, number, grant) for name in sorted(actor.roles) for number, grant in enumerate(public_grants(name)) if grant.entity == entity.name]
    if entity.system:
        # Accounts and units decide about rights themselves: only administrators change them.
        if not has_ability(actor, "administer"):
            found = [
                Attributed(one.role, one.number, Grant(g.entity, g.operations & {"read", "export"}, g.scope, g.where, g.fields, g.lookup))
                for one in found if (g := one.grant).entity != "*"
            ]
        if entity.name in _DIRECTORY and actor.kind != "public":
            found.append(Attributed("", 0, _DIRECTORY[entity.name]))
    return found


PUBLIC_FORM = "public:"
"""What the only role of a public form's actor begins with; the view's name follows. No permission group can be called so."""


def public_grants(role: str) -> tuple[Grant, ...]:
    """What the actor of a public form may: add records with the form's fields, see none, and choose what the form offers."""
    view = catalogue().views.get(role.removeprefix(PUBLIC_FORM)) if role.startswith(PUBLIC_FORM) else None
    if view is None or view.public is None:
        return ()
    entity = catalogue().entity(view.entity)
    fields = {"*": "hidden", **dict.fromkeys(view.public.accepted, "write")}
    found = [Grant(entity.name, frozenset({"create"}), fields=fields), Grant(entity.name, frozenset({"read"}), where="FALSE", fields=fields)]
    for name, condition in view.public.choices.items():
        if name in view.public.accepted and entity.has(name) and (target := catalogue().entities.get(entity.field(name).entity)):
            found.append(Grant(target.name, frozenset({"read"}), where=condition, fields={"*": "hidden", target.display: "read"}))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class SharedGrant(Grant):
    """What a grant gives as far as a grant of the one who looks through this actor gives it too."""

    other: Grant | None = None
    """Holds for `actor.through`; its rows and its rights on fields limit those of this one."""


def _shared(grants: Iterable[Grant], others: Policy) -> list[Grant]:
    """Every grant as far as the other policy reaches; whole where the other one gives everything."""
    if others.unlimited:
        return list(grants)
    found: list[Grant] = []
    for grant in grants:
        whole = next((one for one in others.grants if _is_whole(one) and grant.operations <= one.operations), None)
        found += [grant] if whole else [one for other in others.grants if (one := _common(grant, other)).operations]
    return found


def _common(grant: Grant, other: Grant) -> SharedGrant:
    lookup = tuple(name for name in grant.lookup if name in other.lookup)
    transitions = other.transitions if "*" in grant.transitions else grant.transitions if "*" in other.transitions else tuple(
        name for name in grant.transitions if name in other.transitions
    )
    return SharedGrant(grant.entity, grant.operations & other.operations, grant.scope, grant.where, grant.fields, lookup, transitions, other)


def _is_whole(grant: Grant) -> bool:
    return grant.scope == "all" and not grant.where and not grant.fields and "*" in grant.transitions


def right_of(grant: Grant, name: str) -> str:
    """What one grant lets be seen of a field: `write`, `read`, `masked` or `hidden`."""
    return _right(grant, name) if name not in _KEPT else "read"


def best_right(rights: Iterable[str]) -> str:
    """The strongest of several rights; `hidden` without any."""
    return max(rights, key=lambda right: RANK[right], default="hidden")


def _right(grant: Grant, name: str) -> str:
    own = _own_right(grant, name)
    if isinstance(grant, SharedGrant) and grant.other is not None:
        return min(own, _right(grant.other, name), key=lambda right: RANK[right])
    return own


def _own_right(grant: Grant, name: str) -> str:
    if name in grant.fields:
        return grant.fields[name]
    if "." in name:
        return _own_right(grant, name.split(".")[0])
    return grant.fields.get("*", "write")
