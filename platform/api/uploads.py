"""Imports over the API: a file comes in one request, is taken in the background, and can be asked about."""

import json
from typing import Any

from flask import Response, request, url_for

from shuke.access import policy
from shuke.api import parameters as given
from shuke.api.answers import answer, plain_json
from shuke.api.blueprint import Parameter, operation
from shuke.api.idempotency import once
from shuke.api.requests import checked_id, entity_called, words
from shuke.core.errors import InvalidInput, NotAllowed
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.screens.downloads import attachment
from shuke.screens.screen import MEBIBYTE
from shuke.screens.visitor import actor, write
from shuke.transfer import imports
from shuke.transfer.exporting import error_file
from shuke.transfer.imports import Import
from shuke.transfer.mapping import ImportMapping, read_mapping
from shuke.transfer.reading import Reading
from shuke.transfer.starting import complete
from shuke.transfer.suggesting import suggest

_TAG = "imports"
_TELLING = 100
IMPORT_ID = Parameter("id", "path", {"zh": "导入编号", "en": "The id of the import"}, {"type": "string"}, required=True)


@operation(
    "POST", "/records/<entity>/import", {"zh": "导入 CSV 或 XLSX 文件", "en": "Import a CSV or XLSX file"}, tag=_TAG,
    parameters=(given.ENTITY, given.KEY), body="upload", answer="import", status=202, entity_right="import", transaction="none",
    max_bytes=21 * MEBIBYTE,
)
def import_records(entity: str) -> Response:
    of = entity_called(actor(), entity)
    if not policy(actor(), of).may("import"):
        raise NotAllowed(_("You may not import into “%(entity)s”.", entity=pick(of.label)))
    file = request.files.get("file")
    if file is None:
        raise InvalidInput({"file": [_("Send the file as the part “file” of a multipart form.")]})
    mapping = _mapping()
    match, dry_run = words("match") or _form_words("match"), request.form.get("dry_run", "").lower() in ("true", "1")
    analysis = imports.analyse(file.stream, mapping.reading if mapping else Reading())

    def started() -> Response:
        import_ = imports.get(actor(), imports.create(actor(), entity, file.filename or "file", file.stream, analysis))
        chosen = mapping or suggest(actor(), of, import_.columns, import_.sample, import_.reading)
        if match:
            chosen = _matched(chosen, entity, match)
        imports.set_mapping(import_, complete(actor(), import_, chosen))
        imports.start(imports.get(actor(), import_.id), dry_run=dry_run)
        return answer(_json(imports.get(actor(), import_.id)), 202, {"Location": url_for("api.get_import", id=import_.id)})

    with write():
        return once(started)


@operation("GET", "/imports", {"zh": "自己的导入记录", "en": "One's own imports"}, tag=_TAG, answer="imports")
def list_imports() -> Response:
    return answer({"imports": [_json(one) for one in imports.history(actor())]})


@operation("GET", "/imports/<int:id>", {"zh": "导入的进度和结果", "en": "How far an import is, and its result"}, tag=_TAG, parameters=(IMPORT_ID,), answer="import")
def get_import(id: int) -> Response:
    import_ = imports.get(actor(), checked_id(id))
    refused = [
        {"line": row.line, "reasons": [{"target": target, "field": field, "sentence": said} for target, field, said in row.reasons]}
        for row in imports.refused_rows(import_, _TELLING)
    ]
    return answer({**_json(import_), "rows_refused": refused})


@operation(
    "GET", "/imports/<int:id>/refused.csv", {"zh": "被拒绝的行及原因", "en": "The refused rows and why"}, tag=_TAG,
    parameters=(IMPORT_ID,), answer="file",
)
def get_refused(id: int) -> Response:
    import_ = imports.get(actor(), checked_id(id))
    content = error_file(import_.columns, imports.refused_rows(import_))
    return attachment(content, f"{import_.name.rsplit('.', 1)[0]}.refused.csv", "text/csv; charset=utf-8")


@operation(
    "POST", "/imports/<int:id>/start", {"zh": "试运行之后正式导入", "en": "Import after a dry run"}, tag=_TAG, parameters=(IMPORT_ID, given.KEY),
    answer="import", status=202,
)
def start_import(id: int) -> Response:
    def started() -> Response:
        imports.start(imports.get(actor(), checked_id(id)), dry_run=False)
        return answer(_json(imports.get(actor(), id)), 202)

    return once(started)


@operation("POST", "/imports/<int:id>/cancel", {"zh": "停止导入", "en": "Stop an import"}, tag=_TAG, parameters=(IMPORT_ID, given.KEY), answer="import")
def cancel_import(id: int) -> Response:
    def cancelled() -> Response:
        imports.cancel(imports.get(actor(), checked_id(id)))
        return answer(_json(imports.get(actor(), id)))

    return once(cancelled)


def _json(import_: Import) -> dict[str, Any]:
    return {
        "id": str(import_.id), "entity": import_.entity, "file": import_.name, "state": import_.state, "total": import_.total,
        "done": import_.done, "refused": import_.refused, "counts": import_.counts, "problem": import_.problem,
        "created_at": plain_json(import_.created_at), "mapping": import_.mapping,
    }


def _mapping() -> ImportMapping | None:
    text = request.form.get("mapping", "")
    if not text:
        return None
    try:
        return read_mapping(json.loads(text))
    except (ValueError, RecursionError):
        raise InvalidInput({"mapping": [_("The mapping is no JSON document.")]}) from None


def _form_words(name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in request.form.get(name, "").split(",") if word.strip())


def _matched(mapping: ImportMapping, entity: str, match: tuple[str, ...]) -> ImportMapping:
    """The same mapping with other match fields for the records that are imported."""
    body = mapping.body()
    for target in body["targets"]:
        if target["entity"] == entity:
            target["key"] = list(match)
    return read_mapping(body)
