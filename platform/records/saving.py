"""The only way to write a record: form, API, import, rules and demo data all come through here."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from sqlalchemy.exc import IntegrityError

from shuke.access import Actor
from shuke.core.db import savepoint
from shuke.core.errors import Conflict, InvalidInput, NotAllowed, PlatformError
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Entity
from shuke.records import checks, filling
from shuke.records.computed import propagate
from shuke.records.drafts import Draft, drafts_of, failure_of
from shuke.records.events import announce
from shuke.records.files import attach
from shuke.records.history import write_history
from shuke.records.search import index_changes
from shuke.records.values import Change, Input, Saved
from shuke.records.writing import write


def save(
    actor: Actor, entity: Entity, values: Mapping[str, Any], *,
    id: int | None = None, revision: int | None = None, transition: str = "", accept_warnings: bool = False, depth: int = 0,
) -> Saved:
    """Create a record, or change one. Never commits.

    Raises `InvalidInput` with a sentence for each field, `NeedsConfirmation` for mere warnings, `Conflict` when somebody
    saved after `revision` was read, `NotFound`, `NotAllowed`.
    """
    result = save_many(actor, entity, [Input(values, id, revision, transition)], accept_warnings=accept_warnings, depth=depth)[0]
    if isinstance(result, PlatformError):
        raise result
    return result


def save_many(
    actor: Actor, entity: Entity, inputs: Sequence[Input], *, accept_warnings: bool = False, depth: int = 0,
) -> list[Saved | PlatformError]:
    """Save a batch in few statements; a refused record is answered with its error and does not stop the others."""
    drafts = drafts_of(actor, entity, inputs)
    sound = [draft for draft in drafts if draft.sound]
    if sound:
        envs = filling.fill(actor, entity, sound)
        checks.check(actor, entity, sound, envs, accept_warnings=accept_warnings)
        checks.settle_doubts(sound)
    _store_all(actor, entity, [draft for draft in drafts if draft.sound], depth)
    return [_result(entity, draft) for draft in drafts]


def _store_all(actor: Actor, entity: Entity, drafts: Sequence[Draft], depth: int) -> None:
    """Write the drafts together; when one of them is refused on the way, one by one."""
    if not drafts:
        return
    kept = [(_copied(draft.after), draft.revision) for draft in drafts] if len(drafts) > 1 else []
    refusal = _try_to_store(actor, entity, drafts, depth)
    if refusal is None:
        return
    if len(drafts) == 1:
        drafts[0].failure = refusal
        return
    for draft, (after, revision) in zip(drafts, kept, strict=True):
        draft.after, draft.revision = after, revision  # without what the failed try has left in them
        draft.failure = _try_to_store(actor, entity, [draft], depth)


def _copied(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: deepcopy(value) if isinstance(value, list | tuple | dict) else value for name, value in values.items()}


def _try_to_store(actor: Actor, entity: Entity, drafts: Sequence[Draft], depth: int) -> PlatformError | None:
    try:
        with savepoint():
            _store(actor, entity, drafts, depth)
    except IntegrityError as broken:
        return _explain(broken)
    except (InvalidInput, NotAllowed, Conflict) as refused:
        return refused
    return None


def _store(actor: Actor, entity: Entity, drafts: Sequence[Draft], depth: int) -> None:
    filling.number(entity, drafts)
    changing = [draft for draft in drafts if draft.created or draft.changed(entity)]
    if not changing:
        return
    write(actor, entity, changing)
    for draft in changing:
        for name, _path, file in checks.new_files(entity, draft):
            attach([file], entity.name, draft.id, name)
    changes = [_change(actor, entity, draft, depth) for draft in changing]
    write_history(changes)
    index_changes(changes)
    for operation, created in (("create", True), ("update", False)):
        moved = [draft.id for draft in changing if draft.created is created and not draft.input.transition]  # a transition may hand on
        checks.check_reach(actor, entity, moved, operation)
    changes.extend(propagate(changes))
    announce(changes)


def _change(actor: Actor, entity: Entity, draft: Draft, depth: int) -> Change:
    action = "created" if draft.created else "updated"
    return Change(entity, draft.id, actor, action, draft.before, draft.after, draft.changed(entity), depth)


def _result(entity: Entity, draft: Draft) -> Saved | PlatformError:
    if not draft.sound:
        return failure_of(draft)
    return Saved(draft.id, draft.revision, draft.created, draft.changed(entity))


def _explain(broken: IntegrityError) -> InvalidInput:
    """Two people saved the same unique value at the same moment: the database is the last judge."""
    text = str(broken.orig).lower()
    if "unique" in text or "duplicate" in text:
        return InvalidInput({"": [_("Another record with the same unique value was saved just now. Change it and save again.")]})
    return InvalidInput({"": [_("A record that this one needs is gone. Load the page again.")]})

