"""Pictures and files that come with a public form: how many, how large and of which kinds; nothing of a refused form is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import BoundedSemaphore

from flask import request
from werkzeug.datastructures import FileStorage

from shuke.access import Actor
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.core.limits import allows
from shuke.definitions.model import Entity, Field, PublicForm
from shuke.fields import FIELD_TYPES
from shuke.publishing.public_checks import kinds_from_strangers
from shuke.records import files
from shuke.records.files import Upload
from shuke.screens.screen import KIBIBYTE, MEBIBYTE
from shuke.screens.visitor import write
from shuke.web.limits import PUBLIC_FILES_OF_ADDRESS, PUBLIC_FILES_OF_FORM

MOST_TOGETHER = 20 * MEBIBYTE
"""All files of one form; the request has room for the words beside them."""
WITHOUT_FILES = 64 * KIBIBYTE
_MOST_OF_ONE = 10 * MEBIBYTE
_AT_ONCE, _PATIENCE = 2, 10.0
_LOOKING = BoundedSemaphore(_AT_ONCE)
"""Pictures of strangers are drawn anew two at a time in a process, so that they take nobody's memory."""
_WORDS = {
    "image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP", "image/gif": "GIF", "application/pdf": "PDF", "video/mp4": "MP4", "video/quicktime": "MOV",
    "audio/mpeg": "MP3", "audio/mp4": "M4A", "text/plain": "TXT",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}


class TooMany(Exception):
    """More files than are taken from one place, or for one form, in a while."""


def file_fields(form: PublicForm, entity: Entity) -> tuple[Field, ...]:
    """The fields of the form that take files, with the kinds and the size that strangers are held to."""
    return tuple(_narrowed(field) for name in form.fields if FIELD_TYPES[(field := entity.field(name)).type].holds_file)


def hint(field: Field) -> str:
    """What can be sent, in words."""
    kinds = ", ".join(_WORDS[kind] for kind in field.option("accept"))
    return _("%(kinds)s; at most %(size)s MB.", kinds=kinds, size=max(1, field.option("max-size") // MEBIBYTE))


def limit_body(fields: tuple[Field, ...]) -> None:
    """Before anything of the request is read: without files a form is small."""
    request.max_content_length = MOST_TOGETHER + WITHOUT_FILES if fields else WITHOUT_FILES


def sent(fields: tuple[Field, ...]) -> dict[str, FileStorage]:
    """The files that came, one for each field; others are not looked at."""
    found = {field.name: request.files.get(field.name) for field in fields}
    return {name: file for name, file in found.items() if file is not None and file.filename}


def examined(view: str, fields: tuple[Field, ...]) -> tuple[dict[str, Upload], dict[str, tuple[str, ...]]]:
    """The files of the form, looked at outside of every unit of work, and a sentence for each that is not taken."""
    came = sent(fields)
    _count(view, len(came))
    uploads: dict[str, Upload] = {}
    errors: dict[str, tuple[str, ...]] = {}
    for field in fields:
        if field.name in came:
            try:
                uploads[field.name] = _looked_at(came[field.name], field)
            except InvalidInput as refused:
                errors[field.name] = tuple(_sentences(refused))
    return uploads, errors


def keep(actor: Actor, uploads: Mapping[str, Upload]) -> dict[str, str]:
    """The values of the file fields; the files go again unless the record is saved in the same unit of work."""
    return {name: str(files.keep(actor, upload).id) for name, upload in uploads.items()}


def _narrowed(field: Field) -> Field:
    most = min(int(field.option("max-size", _MOST_OF_ONE)), _MOST_OF_ONE)
    return replace(field, schema={**field.schema, "x-accept": list(kinds_from_strangers(field)), "x-max-size": most})


def _count(view: str, number: int) -> None:
    with write():
        limits = ((PUBLIC_FILES_OF_ADDRESS, request.remote_addr or ""), (PUBLIC_FILES_OF_FORM, view))
        within = all(allows(limit, key) for _file in range(number) for limit, key in limits)
    if not within:
        raise TooMany(_("No more files are taken at the moment. Please leave them out, or try again later."))


def _looked_at(file: FileStorage, field: Field) -> Upload:
    if not _LOOKING.acquire(timeout=_PATIENCE):
        raise TooMany(_("Many pictures are coming in just now. Please try again in a minute."))
    try:
        file.stream.seek(0)  # a lost race against others has the whole request taken once more
        content = file.stream.read(int(field.option("max-size")) + 1)
        return files.examine(file.filename or "", content, field)
    finally:
        _LOOKING.release()


def _sentences(refused: InvalidInput) -> Iterator[str]:
    for sentences in refused.by_field.values():
        yield from sentences
