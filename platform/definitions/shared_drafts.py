"""The workshop: one draft that all administrators edit together, and that is carried over to newer versions."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.errors import Conflict, InvalidInput
from shuke.core.i18n import gettext as _
from shuke.core.sqltypes import Id, UtcDateTime
from shuke.definitions import drafts, store
from shuke.definitions.drafts import Draft, draft_table, operation_table
from shuke.definitions.model import Document
from shuke.definitions.patches import Patch, meet, patched, touched

WORKSHOP = "workshop"
"""The name of the draft; the drafts of programs have others."""

revision_table = sa.Table(
    "sk_draft_revision", metadata,
    sa.Column("draft_id", Id, sa.ForeignKey("sk_draft.id"), primary_key=True, autoincrement=False),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", Id, nullable=False),
    sa.Column("touched", sa.Text, nullable=False),  # the places that differ from the revision before
)
left_out_table = sa.Table(
    "sk_draft_left_out", metadata,
    sa.Column("draft_id", Id, sa.ForeignKey("sk_draft.id"), primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", Id, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
)

Edit = Callable[[Sequence[Document]], Patch]


class Overtaken(Conflict):
    """Somebody else has changed the very place meanwhile."""

    def __init__(self, message: str, *, revision: int, by: int) -> None:
        super().__init__(message, revision=revision)
        self.by = by


@dataclass(frozen=True, slots=True)
class Standing:
    """Which draft is open, and how far it is; no draft is 0 at revision 0 of the version in force."""

    id: int
    revision: int
    base: int

    def __str__(self) -> str:
        return f"{self.base}.{self.id}.{self.revision}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An operation that did not fit the version that the draft was carried over to."""

    at: datetime
    by: int
    title: str


def standing() -> Standing | None:
    """The workshop's open draft, without its documents."""
    table = draft_table.c
    row = connection().execute(
        sa.select(table.id, table.revision, table.base).where(table.name == WORKSHOP, table.published_as.is_(None)).order_by(table.id.desc()).limit(1)
    ).first()
    return Standing(*row) if row else None


def open_draft(actor_id: int) -> Draft:
    """The workshop's draft, made from the version in force if nothing was edited since the last publication."""
    store.lock()  # of two who begin at the same moment one waits, and then sees the other's draft
    found = standing()
    return drafts.get(found.id) if found else drafts.create(WORKSHOP, actor_id)


def seen_in(draft: Draft, seen: Standing) -> int:
    """The draft's revision that somebody has seen; `Overtaken` when what was seen has been published or thrown away since."""
    if seen.id == draft.id:
        return seen.revision
    if seen.id == 0 and seen.base == draft.base:
        return 1  # nothing was edited when it was looked at
    raise Overtaken(_("Somebody else has changed this meanwhile."), revision=draft.revision, by=0)


def amend(draft: Draft, seen: int, edit: Edit | Patch, actor_id: int, title: str) -> Draft:
    """Edit the newest revision; `Overtaken` when somebody else has changed one of the places since the revision that was seen."""
    draft = drafts.hold(draft.id)
    patch = edit(draft.documents) if callable(edit) else edit
    places = touched(patch)
    if seen < draft.revision:
        _refuse_overtaken(draft, seen, places, actor_id)
    amended = drafts.apply(draft.id, draft.revision, patch, actor_id, title)
    if amended.revision != draft.revision:
        _note(amended, places, actor_id)
    return amended


def undo(draft: Draft, seen: int, actor_id: int) -> Draft:
    """Take the last operation back, whoever did it; the revision says that it is the one that was seen as the last."""
    places = touched(drafts.patch_at(draft, draft.position))
    undone = drafts.undo(draft.id, seen)
    _note(undone, places, actor_id)
    return undone


def redo(draft: Draft, seen: int, actor_id: int) -> Draft:
    places = touched(drafts.patch_at(draft, draft.position + 1))
    done = drafts.redo(draft.id, seen)
    _note(done, places, actor_id)
    return done


def discard(draft: Draft) -> None:
    """Throw the draft away with its log."""
    for table in (revision_table, left_out_table, operation_table):
        connection().execute(sa.delete(table).where(table.c.draft_id == draft.id))
    connection().execute(sa.delete(draft_table).where(draft_table.c.id == draft.id))


# Carrying over


def rebase(draft: Draft, actor_id: int) -> Draft:
    """Do all operations in effect again on the version in force; those that do not fit are left out and noted."""
    draft = drafts.hold(draft.id)
    base = store.published_version()
    documents: Sequence[Document] = store.documents_of(base) if base else ()
    kept: list[Mapping[str, Any]] = []
    for row in _log(draft):
        try:
            documents = patched(documents, json.loads(row["patch"]))
        except InvalidInput:
            _leave_out(draft, row)
        else:
            kept.append(row)
    _write_log(draft, kept)
    moved = drafts.move_to(draft, base, len(kept), documents)
    _note(moved, [""], actor_id)
    return moved


def left_out(draft_id: int) -> list[LeftOut]:
    table = left_out_table.c
    rows = connection().execute(sa.select(table.at, table.by, table.title).where(table.draft_id == draft_id).order_by(table.number))
    return [LeftOut(*row) for row in rows]


def forget_left_out(draft_id: int) -> None:
    connection().execute(sa.delete(left_out_table).where(left_out_table.c.draft_id == draft_id))


def _log(draft: Draft) -> Sequence[Mapping[str, Any]]:
    table = operation_table.c
    found = sa.select(operation_table).where(table.draft_id == draft.id, table.position <= draft.position).order_by(table.position)
    return [dict(row) for row in connection().execute(found).mappings()]


def _write_log(draft: Draft, kept: Sequence[Mapping[str, Any]]) -> None:
    connection().execute(sa.delete(operation_table).where(operation_table.c.draft_id == draft.id))
    if kept:
        connection().execute(sa.insert(operation_table), [{**row, "position": position} for position, row in enumerate(kept, 1)])


def _leave_out(draft: Draft, row: Mapping[str, Any]) -> None:
    table = left_out_table.c
    last = connection().scalar(sa.select(sa.func.max(table.number)).where(table.draft_id == draft.id)) or 0
    connection().execute(sa.insert(left_out_table).values(draft_id=draft.id, number=last + 1, at=row["at"], by=row["by"], title=row["title"]))


# Who touched what


def _refuse_overtaken(draft: Draft, seen: int, places: Sequence[str], actor_id: int) -> None:
    table = revision_table.c
    rows = connection().execute(
        sa.select(table.by, table.touched).where(table.draft_id == draft.id, table.revision > seen).order_by(table.revision.desc())
    ).all()
    if len(rows) < draft.revision - seen:  # a program has edited this draft without saying where
        raise Overtaken(_("Somebody else has changed this meanwhile."), revision=draft.revision, by=0)
    for by, stored in rows:
        if by != actor_id and any(meet(mine, theirs) for mine in places for theirs in json.loads(stored)):
            raise Overtaken(_("Somebody else has changed this meanwhile."), revision=draft.revision, by=by)


def _note(draft: Draft, places: Sequence[str], actor_id: int) -> None:
    connection().execute(sa.insert(revision_table).values(
        draft_id=draft.id, revision=draft.revision, at=clock.now(), by=actor_id, touched=json.dumps(list(places), ensure_ascii=False),
    ))


# Publishing


def finish(draft: Draft, version: int, actor_id: int) -> Draft | None:
    """The draft as it was published is done; what was edited while the publication ran goes on in a new one."""
    now = drafts.hold(draft.id)
    drafts.mark_published(draft.id, version)
    later = [row for row in _log(now) if row["position"] > draft.position]
    if not later:
        return None
    fresh = drafts.create(WORKSHOP, actor_id)
    _write_log(fresh, [{**row, "draft_id": fresh.id} for row in later])
    with_all = drafts.move_to(fresh, fresh.base, len(later), fresh.documents)
    return rebase(with_all, actor_id)
