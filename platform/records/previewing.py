"""A form while it is being filled in: the same defaults, formulas and conditions as at saving, and nothing written."""

from collections.abc import Mapping
from typing import Any

from shuke.access import Actor, Policy, policy
from shuke.definitions.model import Entity
from shuke.records import checks, filling
from shuke.records.drafts import Draft, drafts_of, is_filled_in
from shuke.records.evaluation import prefetch
from shuke.records.reading import get
from shuke.records.values import Input, Masked, Preview


def preview(actor: Actor, entity: Entity, values: Mapping[str, Any], id_: int | None = None, *, transition: str = "") -> Preview:
    """What saving these JSON values, or firing a transition with them, would make of the record; the same access rules, nothing stored."""
    draft = drafts_of(actor, entity, [Input(values, id_, transition=transition)])[0]
    if draft.failure is not None:
        raise draft.failure
    env = filling.fill(actor, entity, [draft])[0]
    compiled = checks.conditions(entity)
    prefetch(env.space, [env], [one for _field, _kind, one in compiled])
    flags = checks.flags(entity, env)
    checks.check(actor, entity, [draft], [env], accept_warnings=False)
    errors = {name: tuple(sentences) for name, sentences in draft.errors.items()}
    rights, unseen = policy(actor, entity), _unseen(actor, entity, id_)
    return Preview(
        {name: _seen(rights, entity, name, value, hidden=name in unseen and not _given(draft, name)) for name, value in draft.after.items()}, errors,
        visible=frozenset(one.name for one in entity.fields if flags["visible"].get(one.name, True)),
        required=frozenset(one.name for one in entity.fields if one.required or flags["required"].get(one.name)),
        read_only=frozenset(_read_only(actor, entity, draft, flags["read_only"])),
        doubts=tuple(draft.doubts), alike=tuple(draft.alike),
    )


def _given(draft: Draft, name: str) -> bool:
    """Whether the value is what the actor typed: it was given, and nothing of it was refused."""
    return name in draft.input.values and not any(path.partition(".")[0] == name for path in draft.errors)


def _seen(rights: Policy, entity: Entity, name: str, value: Any, *, hidden: bool) -> Any:
    """The value as the actor may see it in a form: blank where it may not, a column of lines by itself."""
    if hidden:
        return () if isinstance(value, tuple) else None
    columns = entity.field(name).fields if entity.has(name) else ()
    operations = ("read", "create", "update")
    shut = [column.name for column in columns if not {rights.right(f"{name}.{column.name}", one) for one in operations} & {"read", "write"}]
    return tuple({**line, **dict.fromkeys(shut)} for line in value) if shut and value else value


def _unseen(actor: Actor, entity: Entity, id_: int | None) -> frozenset[str]:
    """The fields of this record of which the actor may not see the value, or only a mask."""
    rights = policy(actor, entity)
    names = [one.name for one in entity.fields] + ["owner", "unit"]
    unseen = {name for name in names if rights.right(name) == "hidden" or id_ is not None and rights.right(name) == "masked"}
    if differing := [name for name in names if name not in unseen and id_ is not None and rights.differs(name)]:
        shown = get(actor, entity, id_ or 0, fields=differing).values
        unseen |= {name for name in differing if shown.get(name) is None or isinstance(shown[name], Masked)}
    return frozenset(unseen)


def _read_only(actor: Actor, entity: Entity, draft: Draft, flagged: Mapping[str, bool]) -> list[str]:
    rights = policy(actor, entity)
    operation = "create" if draft.created else "transition" if draft.input.transition else "update"
    return [
        one.name for one in entity.fields
        if is_filled_in(one) or one.read_only or one.option("workflow") or flagged.get(one.name) or rights.right(one.name, operation) != "write"
        or one.option("frozen") and not draft.created and draft.before.get(one.name) is not None
    ]

