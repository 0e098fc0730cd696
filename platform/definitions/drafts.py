"""Drafts: edits that are not published yet, kept as a log of JSON Patches with who and when, to undo and redo."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.errors import Conflict, InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, UtcDateTime
from shuke.definitions import store
from shuke.definitions.load import with_identity
from shuke.definitions.model import Document
from shuke.definitions.patches import document_pointer, patched, patched_by_all

draft_table = sa.Table(
    "sk_draft", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("base", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),  # operations up to here are in effect; those beyond were undone
    sa.Column("documents", sa.Text, nullable=False),  # the documents with these operations done
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("published_as", sa.Integer),
)
operation_table = sa.Table(
    "sk_draft_operation", metadata,
    sa.Column("draft_id", Id, sa.ForeignKey("sk_draft.id"), primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", Id, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("patch", sa.Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """`revision` grows with every edit; an edit says which revision it was made on."""

    id: int
    name: str
    base: int
    revision: int
    position: int
    created_at: datetime
    created_by: int
    published_as: int | None
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class DraftInfo:
    """A draft without its documents."""

    id: int
    name: str
    base: int
    created_at: datetime
    created_by: int


@dataclass(frozen=True, slots=True)
class Operation:
    position: int
    at: datetime
    by: int
    title: str
    undone: bool


def create(name: str, actor_id: int) -> Draft:
    """A draft that begins as the version in force."""
    base, id_ = store.published_version(), new_id()
    connection().execute(sa.insert(draft_table).values(
        id=id_, name=name, base=base, revision=1, position=0, documents=store.documents_to_json(_base_documents(base)),
        created_at=clock.now(), created_by=actor_id,
    ))
    return get(id_)


def get(id_: int) -> Draft:
    row = connection().execute(sa.select(draft_table).where(draft_table.c.id == id_)).mappings().first()
    if row is None:
        raise NotFound(_("There is no such draft."))
    return Draft(
        row["id"], row["name"], row["base"], row["revision"], row["position"], row["created_at"], row["created_by"], row["published_as"],
        tuple(store.documents_from_json(row["documents"])),
    )


def open_drafts() -> list[Draft]:
    """Drafts that were not published, the latest first."""
    ids = connection().scalars(
        sa.select(draft_table.c.id).where(draft_table.c.published_as.is_(None)).order_by(draft_table.c.id.desc())
    ).all()
    return [get(id_) for id_ in ids]


def listed() -> list[DraftInfo]:
    """Drafts that were not published, the latest first, without their documents."""
    table = draft_table.c
    rows = connection().execute(
        sa.select(table.id, table.name, table.base, table.created_at, table.created_by).where(table.published_as.is_(None)).order_by(table.id.desc())
    )
    return [DraftInfo(*row) for row in rows]


def operations(draft: Draft) -> list[Operation]:
    """The log, oldest first, with what was undone and can be done again."""
    table = operation_table.c
    rows = connection().execute(
        sa.select(table.position, table.at, table.by, table.title).where(table.draft_id == draft.id).order_by(table.position)
    )
    return [Operation(*row, undone=row.position > draft.position) for row in rows]


def apply(draft_id: int, revision: int, patch: Sequence[Mapping[str, Any]], actor_id: int, title: str = "") -> Draft:
    """Edit by a JSON Patch over `{kind: {name: {"app": …, "body": …}}}`; `Conflict` when somebody edited since `revision`."""
    draft = _at(draft_id, revision)
    documents = patched(draft.documents, patch)
    if _are_written_alike(documents, draft.documents):
        return draft
    position = draft.position + 1
    connection().execute(sa.delete(operation_table).where(operation_table.c.draft_id == draft.id, operation_table.c.position >= position))
    connection().execute(sa.insert(operation_table).values(
        draft_id=draft.id, position=position, at=clock.now(), by=actor_id, title=title,
        patch=json.dumps(list(patch), ensure_ascii=False),
    ))
    return _store(draft, position, documents)


def put(draft_id: int, revision: int, document: Document, actor_id: int) -> Draft:
    """Write one document whole; its identities stay when the new body leaves them out."""
    draft = _at(draft_id, revision)
    there = next((one for one in draft.documents if one.key == document.key), None)
    body = with_identity(document.body, there.body) if there else document.body
    stored = {"app": there.app if there else document.app, "body": body}
    return apply(draft_id, revision, [{"op": "add", "path": path_of(document), "value": stored}], actor_id, f"{document.kind} {document.name}")


def remove(draft_id: int, revision: int, kind: str, name: str, actor_id: int) -> Draft:
    """Take one document out."""
    return apply(draft_id, revision, [{"op": "remove", "path": document_pointer((kind, name))}], actor_id, f"{kind} {name}")


def undo(draft_id: int, revision: int) -> Draft:
    """Take the last operation in effect back: do all before it again, so that even the order of fields is as it was."""
    draft = _at(draft_id, revision)
    if not draft.position:
        raise InvalidInput({"": [_("There is nothing to undo.")]})
    documents = patched_by_all(_base_documents(draft.base), _patches(draft, 1, draft.position - 1))
    return _store(draft, draft.position - 1, documents)


def redo(draft_id: int, revision: int) -> Draft:
    """Do the operation again that was undone last."""
    draft = _at(draft_id, revision)
    patches = _patches(draft, draft.position + 1, draft.position + 1)
    if not patches:
        raise InvalidInput({"": [_("There is nothing to do again.")]})
    return _store(draft, draft.position + 1, patched(draft.documents, patches[0]))


def mark_published(draft_id: int, version: int) -> None:
    connection().execute(sa.update(draft_table).where(draft_table.c.id == draft_id).values(published_as=version))


def path_of(document: Document) -> str:
    """Where the document stands in a patch: `/entity/book`."""
    return document_pointer(document.key)


def hold(draft_id: int) -> Draft:
    """The draft as it is now, and nobody else can edit it before this unit of work ends."""
    # Whoever edits at the same moment waits here, and then sees the newer revision. SQLite has one writer at a time anyway.
    connection().execute(sa.select(draft_table.c.id).where(draft_table.c.id == draft_id).with_for_update())
    draft = get(draft_id)
    if draft.published_as is not None:
        raise Conflict(_("This draft is published already; begin a new one."), revision=draft.revision)
    return draft


def patch_at(draft: Draft, position: int) -> list[dict[str, Any]]:
    """The steps of one operation; none where there is none."""
    return next(iter(_patches(draft, position, position)), [])


def move_to(draft: Draft, base: int, position: int, documents: Iterable[Document]) -> Draft:
    """The draft as one of another version."""
    connection().execute(sa.update(draft_table).where(draft_table.c.id == draft.id).values(base=base))
    return _store(replace(draft, base=base), position, documents)


def _at(draft_id: int, revision: int) -> Draft:
    draft = hold(draft_id)
    if draft.revision != revision:
        raise _overtaken(draft)
    return draft


def _store(draft: Draft, position: int, documents: Iterable[Document]) -> Draft:
    """Compare and set: of two edits of one revision the second fails, on any number of workers."""
    kept = tuple(documents)
    text = store.documents_to_json(kept)
    store.remember(text, kept)
    stored = connection().execute(
        sa.update(draft_table).where(draft_table.c.id == draft.id, draft_table.c.revision == draft.revision)
        .values(revision=draft.revision + 1, position=position, documents=text)
    )
    if stored.rowcount != 1:
        raise _overtaken(get(draft.id))
    return replace(draft, revision=draft.revision + 1, position=position, documents=kept)


def _are_written_alike(some: Sequence[Document], others: Sequence[Document]) -> bool:
    """Whether nothing differs, not even the order of fields; most documents of an edit are the same ones."""
    return len(some) == len(others) and all(
        one is other or store.documents_to_json([one]) == store.documents_to_json([other]) for one, other in zip(some, others, strict=True)
    )


def _overtaken(draft: Draft) -> Conflict:
    theirs = {"/".join(document.key): document.body for document in draft.documents}
    return Conflict(_("Somebody else has edited this draft meanwhile; look at it and repeat your change."), revision=draft.revision, theirs=theirs)


def _base_documents(version: int) -> list[Document]:
    return store.documents_of(version) if version else []


def _patches(draft: Draft, first: int, last: int) -> list[Any]:
    table = operation_table.c
    found = connection().scalars(
        sa.select(table.patch).where(table.draft_id == draft.id, table.position.between(first, last)).order_by(table.position)
    )
    return [json.loads(patch) for patch in found]
