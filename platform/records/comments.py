"""What people say about a record: comments, of which every version is kept, and files that come with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from shuke.access import Actor, policy
from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, UtcDateTime
from shuke.definitions.model import Entity, Field
from shuke.fields.base import is_control
from shuke.records import files
from shuke.records.reading import get
from shuke.records.values import FileRef, Link, Record

LONGEST = 4000
ATTACHMENT = Field(name="_comment", type="file", label={"zh": "附件", "en": "Attachment"}, schema={"x-type": "file"})
"""The field in whose name files of comments are kept; no entity can have one that is called so."""
_WRITTEN, _EDITED, _DELETED = "written", "edited", "deleted"

comment_table = sa.Table(
    "sk_comment", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("first_id", Id, nullable=False),
    sa.Column("entity", sa.String(60), nullable=False),
    sa.Column("record_id", Id, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("author_id", Id, nullable=False),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("file_id", Id),
    sa.Index("ix_sk_comment_record", "entity", "record_id", "id"),
    sa.Index("ix_sk_comment_first", "first_id", "id"),
)
for _statement in ("UPDATE", "DELETE"):
    event.listen(comment_table, "after_create", sa.DDL(  # type: ignore[no-untyped-call]
        f"CREATE TRIGGER sk_comment_no_{_statement.lower()} BEFORE {_statement} ON sk_comment BEGIN SELECT RAISE(ABORT, 'comments are append-only'); END",
    ).execute_if(dialect="sqlite"))
event.listen(comment_table, "after_create", sa.DDL(  # type: ignore[no-untyped-call]
    "CREATE FUNCTION sk_comment_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'comments are append-only'; END $$",
).execute_if(dialect="postgresql"))
event.listen(comment_table, "after_create", sa.DDL(  # type: ignore[no-untyped-call]
    "CREATE TRIGGER sk_comment_read_only BEFORE UPDATE OR DELETE ON sk_comment FOR EACH ROW EXECUTE FUNCTION sk_comment_append_only()",
).execute_if(dialect="postgresql"))


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it is now; `id` is that of its first version."""

    id: int
    at: datetime
    author_id: int
    author: str
    text: str
    is_edited: bool
    file: FileRef | None = None


@dataclass(frozen=True, slots=True)
class CommentVersion:
    """One step in the life of a comment: written, edited or deleted, with the text that it had from then on."""

    id: int
    comment: int
    at: datetime
    author: str
    state: str
    text: str


def comments(entity: Entity, id_: int, *, limit: int = 50, before: int | None = None, with_file: bool | None = None, only: int | None = None) -> list[Comment]:
    """The comments on a record, newest first, without deleted ones. The caller has checked that the record may be read."""
    first, last = comment_table.alias("first"), comment_table.alias("last")
    version = comment_table.alias("version")
    newest = sa.select(sa.func.max(version.c.id)).where(version.c.first_id == first.c.id).scalar_subquery()
    statement = (
        sa.select(first.c.id, first.c.at, first.c.author_id, first.c.author, last.c.text, last.c.state, first.c.file_id)
        .join_from(first, last, last.c.id == newest)
        .where(first.c.entity == entity.name, first.c.record_id == id_, first.c.id == first.c.first_id, last.c.state != _DELETED)
        .order_by(first.c.id.desc()).limit(limit)
    )
    if before is not None:
        statement = statement.where(first.c.id < before)
    if only is not None:
        statement = statement.where(first.c.id == only)
    if with_file is not None:
        statement = statement.where(first.c.file_id.is_not(None) if with_file else first.c.file_id.is_(None))
    rows = connection().execute(statement).all()
    wanted = [row.file_id for row in rows if row.file_id]
    refs = files.file_refs(wanted) if wanted else {}
    return [
        Comment(row.id, row.at, row.author_id, row.author, row.text, row.state == _EDITED, refs.get(row.file_id)) for row in rows
    ]


def comment_versions(entity: Entity, id_: int, *, limit: int = 50, before: int | None = None) -> list[CommentVersion]:
    """Every version of every comment on a record, the newest first: what history tells about them."""
    table = comment_table.c
    statement = sa.select(table.id, table.first_id, table.at, table.author, table.state, table.text).where(table.entity == entity.name, table.record_id == id_)
    if before is not None:
        statement = statement.where(table.id < before)
    return [CommentVersion(*row) for row in connection().execute(statement.order_by(table.id.desc()).limit(limit))]


def may_comment(actor: Actor, record: Record) -> bool:
    """Who works with such records comments on those that are seen; so does the superior of a record's owner."""
    if actor.kind not in ("user", "api", "system") or record.deleted:
        return False
    rights = policy(actor, record.entity)
    if any(rights.may(operation) for operation in ("create", "update", "transition")):
        return True
    owner = record.values.get("owner")
    return isinstance(owner, Link) and owner.id in actor.subordinates


def add_comment(actor: Actor, entity: Entity, id_: int, text: str, file_id: int | None = None) -> Comment:
    """Say something about a record; `NotFound` when the actor does not see it."""
    _commentable(actor, entity, id_)
    text = _checked(text, may_be_blank=file_id is not None)
    if file_id is not None and not files.is_own_upload(actor, file_id):
        raise InvalidInput({"file": [_("This file does not exist.")]})
    made, at = new_id(), clock.now()
    _append(made, made, entity.name, id_, actor, _WRITTEN, text, at, file_id)
    if file_id is not None:
        files.attach([file_id], entity.name, id_, ATTACHMENT.name)
    ref = files.file_refs([file_id]).get(file_id) if file_id is not None else None
    return Comment(made, at, actor.id, actor.name, text, False, ref)


def edit_comment(actor: Actor, entity: Entity, id_: int, comment: int, text: str) -> None:
    """Change one's own comment; the old text stays in the history."""
    last = _own(actor, entity, id_, comment)
    text = _checked(text, may_be_blank=last.file_id is not None)
    if text != last.text:
        _append(new_id(), comment, entity.name, id_, actor, _EDITED, text, clock.now(), last.file_id)


def delete_comment(actor: Actor, entity: Entity, id_: int, comment: int) -> None:
    """Take back one's own comment; the history keeps it."""
    last = _own(actor, entity, id_, comment)
    _append(new_id(), comment, entity.name, id_, actor, _DELETED, last.text, clock.now(), last.file_id)


def find_comment(entity: Entity, id_: int, comment: int) -> Comment:
    """One comment as it is now; `NotFound` when there is none, or it was deleted."""
    found = comments(entity, id_, limit=1, only=comment)
    if not found:
        raise NotFound(_("This comment does not exist."))
    return found[0]


def _commentable(actor: Actor, entity: Entity, id_: int) -> Record:
    names = [name for name in ("owner",) if policy(actor, entity).right(name) != "hidden"]
    record = get(actor, entity, id_, fields=names or ("id",))
    if not may_comment(actor, record):
        raise NotAllowed(_("You may see this record but not comment on it."))
    return record


def _own(actor: Actor, entity: Entity, id_: int, comment: int) -> Any:
    """The last version of a comment that the actor wrote."""
    _commentable(actor, entity, id_)
    table = comment_table.c
    row = connection().execute(
        sa.select(table.author_id, table.state, table.text, table.file_id)
        .where(table.first_id == comment, table.entity == entity.name, table.record_id == id_).order_by(table.id.desc()).limit(1)
    ).first()
    if row is None or row.state == _DELETED:
        raise NotFound(_("This comment does not exist."))
    if row.author_id != actor.id:
        raise NotAllowed(_("Only the person who wrote a comment may change it."))
    return row


def _append(
    id_: int, first: int, entity: str, record: int, actor: Actor, state: str, text: str, at: datetime, file_id: int | None,
) -> None:
    connection().execute(sa.insert(comment_table).values(
        id=id_, first_id=first, entity=entity, record_id=record, at=at, author_id=actor.id, author=actor.name, state=state, text=text, file_id=file_id,
    ))


def _checked(text: str, *, may_be_blank: bool) -> str:
    said = text.replace("\r\n", "\n").strip()
    if not said and not may_be_blank:
        raise InvalidInput({"text": [_("Write something first.")]})
    if len(said) > LONGEST:
        raise InvalidInput({"text": [_("The comment is too long; at most %(count)s characters are taken.", count=LONGEST)]})
    if any(is_control(character) for character in said):
        raise InvalidInput({"text": [_("The text holds characters that cannot be shown.")]})
    return said
