"""Stored files: the table that knows them, the folder that holds them, and what may be stored at all."""

import hashlib
import json
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

import sqlalchemy as sa

from shuke.access.actor import Actor
from shuke.core import clock
from shuke.core.db import connection, if_undone, metadata
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.ids import new_id
from shuke.core.sandbox import ChildFailed, Limits, child
from shuke.core.sqltypes import Id, UtcDateTime
from shuke.definitions.model import Field
from shuke.records.values import FileRef

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 3200
SMALL_SIDE = 320
MOST_BYTES = 20 << 20
_PICTURE_LIMITS = Limits(memory=768 << 20, cpu=30, wall=60.0, file_size=0)
"""A WebP of 40 million pixels takes 160 MB, and the decoder as much again."""
_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_MAGIC: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"), (b"\x89PNG\r\n\x1a\n", 0, "image/png"), (b"GIF87a", 0, "image/gif"), (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"), (b"%PDF-", 0, "application/pdf"), (b"PK\x03\x04", 0, "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage"), (b"ID3", 0, "audio/mpeg"), (b"\xff\xfb", 0, "audio/mpeg"),
    (b"WAVE", 8, "audio/wav"), (b"ftyp", 4, "video/mp4"),
)
_BY_EXTENSION = {
    ("application/zip", ".zip"): "application/zip",
    ("application/zip", ".docx"): "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ("application/zip", ".xlsx"): "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ("application/zip", ".pptx"): "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ("application/zip", ".odt"): "application/vnd.oasis.opendocument.text",
    ("application/zip", ".ods"): "application/vnd.oasis.opendocument.spreadsheet",
    ("application/x-ole-storage", ".doc"): "application/msword",
    ("application/x-ole-storage", ".xls"): "application/vnd.ms-excel",
    ("application/x-ole-storage", ".ppt"): "application/vnd.ms-powerpoint",
    ("video/mp4", ".mp4"): "video/mp4", ("video/mp4", ".m4a"): "audio/mp4", ("video/mp4", ".mov"): "video/quicktime",
    ("text/plain", ".txt"): "text/plain", ("text/plain", ".csv"): "text/csv", ("text/plain", ".log"): "text/plain", ("text/plain", ".md"): "text/plain",
}
"""What the first bytes leave open, the name decides; a kind that needs a name is refused without it."""
_NAMED = frozenset(kind for kind, _extension in _BY_EXTENSION)

file_table = sa.Table(
    "sk_file", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("mime", sa.String(100), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("entity", sa.String(90), nullable=False, default=""),
    sa.Column("record_id", Id),
    sa.Column("field", sa.String(60), nullable=False, default=""),
    sa.Index("ix_sk_file_record", "entity", "record_id"),
    sa.Index("ix_sk_file_created_at", "created_at"),
)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """All that is known of a file; `record_id` is None until a record that names it was saved."""

    id: int
    key: str
    name: str
    mime: str
    size: int
    sha256: str
    width: int | None
    height: int | None
    created_by: int
    created_at: datetime
    entity: str
    record_id: int | None
    field: str

    @property
    def ref(self) -> FileRef:
        return FileRef(self.id, self.name, self.mime, self.size)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was looked at and may be kept: a picture is drawn anew already."""

    name: str
    mime: str
    content: bytes
    field: str
    small: bytes = b""
    width: int | None = None
    height: int | None = None


_folder: ContextVar[Path | None] = ContextVar("files_folder", default=None)
_process_folder = Path("instance/files")


def set_folder(folder: Path) -> None:
    """Where this process keeps files; the face that starts it says so once."""
    global _process_folder
    _process_folder = folder


@contextmanager
def use_folder(folder: Path) -> Iterator[None]:
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


def store(actor: Actor, name: str, content: bytes, field: Field) -> FileRef:
    """Keep an upload for a field; `InvalidInput` when it is too large or of a kind that is not taken.

    It belongs to the actor alone until a record names it (`attach`).
    """
    return keep(actor, examine(name, content, field))


def examine(name: str, content: bytes, field: Field) -> Upload:
    """Look at a file without keeping anything: this takes its time, and needs no unit of work."""
    name = _safe_name(name)
    mime = _accepted(name, content, field)
    if mime not in _IMAGES:
        return Upload(name, mime, content, field.name)
    content, small, mime, width, height = _redrawn(content, field)
    return Upload(str(PurePosixPath(name).with_suffix(_SUFFIX[mime])), mime, content, field.name, small, width, height)


def keep(actor: Actor, upload: Upload) -> FileRef:
    """Keep what was looked at; its bytes go again when the unit of work comes to nothing."""
    id_, key = new_id(), secrets.token_hex(20)
    paths = _paths(key)
    if_undone(lambda: _remove(paths))
    if upload.small:
        _write(f"{key}-small", upload.small)
    _write(key, upload.content)
    size = len(upload.content)
    stored = {
        "id": id_, "key": key, "name": upload.name, "mime": upload.mime, "size": size, "sha256": hashlib.sha256(upload.content).hexdigest(),
        "width": upload.width, "height": upload.height, "created_by": actor.id, "created_at": clock.now(), "entity": "", "record_id": None, "field": upload.field,
    }
    connection().execute(sa.insert(file_table).values(stored))
    return FileRef(id_, upload.name, upload.mime, size)


def find(id_: int) -> StoredFile:
    row = connection().execute(sa.select(file_table).where(file_table.c.id == id_)).one_or_none()
    if row is None:
        raise NotFound(_("This file does not exist."))
    return StoredFile(**row._mapping)


def read(id_: int, *, small: bool = False) -> tuple[StoredFile, bytes]:
    """A file and its bytes, or those of a picture's small copy. Whether a reader may have it is asked before."""
    stored = find(id_)
    path = _path(f"{stored.key}-small" if small and stored.width else stored.key)
    try:
        return stored, path.read_bytes()
    except FileNotFoundError:
        raise NotFound(_("This file does not exist.")) from None


def file_refs(ids: Iterable[int]) -> dict[int, FileRef]:
    columns = (file_table.c.id, file_table.c.name, file_table.c.mime, file_table.c.size)
    rows = connection().execute(sa.select(*columns).where(file_table.c.id.in_(list(ids))))
    return {row.id: FileRef(row.id, row.name, row.mime, row.size) for row in rows}


def attachable(actor: Actor, ids: Iterable[int], entity: str, record_id: int) -> set[int]:
    """Those of the files that the actor may put into this record: own uploads that no record names, and what it has already."""
    mine: sa.ColumnElement[bool] = file_table.c.record_id.is_(None)
    if not actor.is_system:
        mine = sa.and_(mine, file_table.c.created_by == actor.id)
    here = sa.and_(file_table.c.entity == entity, file_table.c.record_id == record_id)
    return set(connection().scalars(sa.select(file_table.c.id).where(file_table.c.id.in_(list(ids)), sa.or_(mine, here))))


def is_own_upload(actor: Actor, id_: int) -> bool:
    """Whether the actor uploaded the file and no record names it yet."""
    mine = sa.select(file_table.c.id).where(file_table.c.id == id_, file_table.c.record_id.is_(None), file_table.c.created_by == actor.id)
    return connection().scalar(mine) is not None


def attach(ids: Iterable[int], entity: str, record_id: int, field: str) -> None:
    """From now on whoever may read this field of this record may read the files; an attached file never moves."""
    connection().execute(
        sa.update(file_table).where(file_table.c.id.in_(list(ids)), file_table.c.record_id.is_(None))
        .values(entity=entity, record_id=record_id, field=field)
    )


def remove_unattached(age: timedelta = timedelta(days=1)) -> int:
    """Forget uploads that no record came to name; returns how many."""
    unused = sa.and_(file_table.c.record_id.is_(None), file_table.c.created_at < clock.now() - age)
    keys = list(connection().scalars(sa.delete(file_table).where(unused).returning(file_table.c.key)))
    for key in keys:
        _remove(_paths(key))
    return len(keys)


def type_of(name: str, content: bytes) -> str | None:
    """The kind of a file by its first bytes, and by its name where those leave it open; None when it is not taken."""
    kind = next((mime for magic, offset, mime in _MAGIC if content[offset:offset + len(magic)] == magic), None)
    if kind is None and _is_text(content):
        kind = "text/plain"
    if kind in _NAMED:
        return _BY_EXTENSION.get((kind, PurePosixPath(name).suffix.lower()))
    return kind


_SUFFIX = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


def _accepted(name: str, content: bytes, field: Field) -> str:
    most = int(field.option("max-size", MOST_BYTES))
    if not content:
        raise InvalidInput({field.name: [_("The file is empty.")]})
    if len(content) > most:
        raise InvalidInput({field.name: [_("The file is too large; at most %(size)s MB are taken.", size=max(1, most >> 20))]})
    mime = type_of(name, content)
    taken = field.option("accept") or (["image/*"] if field.type == "image" else ["*/*"])
    if mime is None or not any(fnmatchcase(mime, pattern) for pattern in taken):
        raise InvalidInput({field.name: [_("Files of this kind are not taken here.")]})
    return mime


def _redrawn(content: bytes, field: Field) -> tuple[bytes, bytes, str, int, int]:
    """The picture and its small copy, drawn anew in a child process; its type, width and height."""
    arguments = {"most_pixels": MOST_PIXELS, "longest": LONGEST_SIDE, "small": SMALL_SIDE}
    try:
        with tempfile.TemporaryFile() as source:
            source.write(content)
            with child("shuke.core.picture", arguments, source, _PICTURE_LIMITS) as running:
                head, _line, bodies = running.read().partition(b"\n")
    except ChildFailed:
        head, bodies = b'{"error": "unreadable"}', b""
    said = json.loads(head)
    if said.get("error") == "large":
        raise InvalidInput({field.name: [_("The picture has too many pixels; at most %(count)s million are taken.", count=MOST_PIXELS // 1_000_000)]})
    if "error" in said:
        raise InvalidInput({field.name: [_("The picture cannot be read.")]})
    return bodies[:said["whole"]], bodies[said["whole"]:], said["mime"], said["width"], said["height"]


def _is_text(content: bytes) -> bool:
    """UTF-8 or the Chinese code pages, without control characters; markup that a browser would run is not plain text."""
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script")) or any(byte < 32 and byte not in (9, 10, 12, 13) for byte in content):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _safe_name(name: str) -> str:
    """The last part of a name, without what file systems and headers cannot carry."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(character for character in last if character.isprintable() and character not in '<>:"|?*').strip(" .")
    stem, suffix = PurePosixPath(shown).stem[:150], PurePosixPath(shown).suffix[:20]
    return f"{stem}{suffix}" or _("File")


def _path(key: str) -> Path:
    return (_folder.get() or _process_folder) / key[:2] / key


def _write(key: str, content: bytes) -> None:
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _paths(key: str) -> tuple[Path, ...]:
    """Where a file lies, and the small copy of a picture."""
    return _path(key), _path(f"{key}-small")


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
