"""Uploads for file and picture fields, and the way back: whoever may read the field may have the file."""

import json

from flask import Response, make_response, request

from shuke import records
from shuke.access.policy import policy
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Field
from shuke.records import Masked, files
from shuke.records.comments import ATTACHMENT
from shuke.records.files import StoredFile
from shuke.runtime.blueprint import blueprint
from shuke.screens.downloads import attachment
from shuke.screens.screen import MEBIBYTE, screen
from shuke.screens.visitor import actor

_INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"})
"""Types that a browser shows without running anything of ours."""
_SEEN = frozenset({"read", "write"})


@screen(blueprint, "/files", methods=["POST"], permission="signed_in", transaction="write", max_bytes=21 * MEBIBYTE)
def upload_file() -> Response:
    """Keep a file for a field of a form that is being filled in."""
    field = _field(request.values.get("entity", ""), request.values.get("field", ""))
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidInput({field.name: [_("Choose a file.")]})
    try:
        stored = files.store(actor(), sent.filename, sent.read(), field)
    except InvalidInput as refused:
        return _json({"sentences": [said for sentences in refused.by_field.values() for said in sentences]}, 422)
    return _json({"id": str(stored.id), "name": stored.name, "url": f"/files/{stored.id}"}, 200)


@screen(blueprint, "/files/<int(max=9223372036854775807):id>", permission="signed_in")
def download_file(id: int) -> Response:
    """A stored file, or a picture's small copy."""
    is_small = request.args.get("size") == "small"
    _check(files.find(id))
    stored, content = files.read(id, small=is_small)
    return attachment(content, stored.name, stored.mime, inline=stored.mime in _INLINE)


def _check(stored: StoredFile) -> None:
    """One's own upload that no record names yet; else what the rights on the record and its field say."""
    if stored.record_id is None:
        if stored.created_by != actor().id or actor().through is not None:
            raise NotFound
        return
    entity = catalogue().entities.get(stored.entity)
    if entity is None:
        raise NotFound
    record = records.get(actor(), entity, stored.record_id)
    if stored.field == ATTACHMENT.name:
        return
    if record.rights.get(stored.field.partition(".")[0]) not in _SEEN or policy(actor(), entity).right(stored.field) not in _SEEN:
        raise NotFound
    shown = record.values[stored.field.partition(".")[0]]
    if not shown or isinstance(shown, Masked):  # read in other records, but not in this one
        raise NotFound


def _field(name: str, path: str) -> Field:
    """The field that the file is for, if the actor may fill it in."""
    entity = catalogue().entities.get(name)
    if entity is None:
        raise NotFound
    rights = policy(actor(), entity)
    if "write" not in (rights.right(path, "create"), rights.right(path, "update")):
        raise NotFound
    own, _dot, column = path.partition(".")
    field = entity.field(own)
    return field.child(column) if column else field


def _json(body: object, status: int) -> Response:
    response = make_response(json.dumps(body, ensure_ascii=False), status)
    response.content_type = "application/json; charset=utf-8"
    return response
