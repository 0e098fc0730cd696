"""The screens of an import: choose a file, say what its columns mean, look at a dry run, take it, see what came of it."""

import json
from dataclasses import replace
from typing import Any

from flask import Response, request, url_for

from shuke.access import policy
from shuke.core.errors import InvalidInput, NotAllowed, NotFound, PlatformError
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.runtime.blueprint import blueprint
from shuke.runtime.import_mapping import choices, fits_the_form, read_form, sections
from shuke.runtime.reach import entity_for, plural
from shuke.screens.downloads import attachment
from shuke.screens.page import go_to, render, toast
from shuke.screens.screen import MEBIBYTE, screen
from shuke.screens.visitor import actor, read, write
from shuke.transfer import imports
from shuke.transfer.columns import identifiers, kinds_of
from shuke.transfer.exporting import error_file
from shuke.transfer.imports import Import
from shuke.transfer.mapping import ImportMapping, read_mapping
from shuke.transfer.plan import judge
from shuke.transfer.previewing import preview
from shuke.transfer.reading import DELIMITERS, ENCODINGS, Reading
from shuke.transfer.starting import complete
from shuke.transfer.suggesting import suggest

_PREVIEWED = 5
_TELLING = 200


@screen(blueprint, "/r/<entity>/import", permission="signed_in")
def import_start(entity: str) -> Response:
    """Choose a file, or go back to an earlier import."""
    return _upload_page(_importable(entity), {})


@screen(blueprint, "/r/<entity>/import", permission="signed_in", methods=("POST",), transaction="none", max_bytes=21 * MEBIBYTE)
def import_upload(entity: str) -> Response:
    with read():
        of = _importable(entity)
    try:
        id_ = _uploaded(of)
    except InvalidInput as refused:
        with read():
            return _upload_page(of, refused.by_field, 422)
    return go_to("runtime.import_page", id=id_)


@screen(blueprint, "/imports", permission="signed_in", preview="closed")
def import_history() -> Response:
    return render("runtime/imports/history.html", entries=_entries(), states=_states())


@screen(blueprint, "/imports/<int:id>", permission="signed_in", preview="closed")
def import_page(id: int) -> Response:
    import_ = imports.get(actor(), id)
    if import_.state == imports.UPLOADED:
        return _mapping_page(import_, _mapping(import_))
    return render("runtime/imports/report.html", fragment="runtime/imports/_report.html", **_report(import_))


@screen(blueprint, "/imports/<int:id>/progress", permission="signed_in", preview="closed")
def import_progress(id: int) -> Response:
    import_ = imports.get(actor(), id)
    return render("runtime/imports/report.html", fragment="runtime/imports/_report.html", **_report(import_))


@screen(blueprint, "/imports/<int:id>/mapping", permission="signed_in", preview="closed")
def import_mapping(id: int) -> Response:
    """The mapping again, after a dry run."""
    import_ = imports.get(actor(), id)
    return _mapping_page(import_, _mapping(import_))


@screen(blueprint, "/imports/<int:id>/look", permission="signed_in", methods=("POST",), preview="closed")
def import_look(id: int) -> Response:
    """The form again with what the first rows would give; nothing is kept."""
    import_ = imports.get(actor(), id)
    return _mapping_page(import_, _given(import_))


@screen(blueprint, "/imports/<int:id>/mapping", permission="signed_in", methods=("POST",), transaction="write", preview="closed")
def import_map(id: int) -> Response:
    """Keep the mapping and have it tried on all rows."""
    import_ = imports.get(actor(), id)
    chosen = _given(import_)
    try:
        imports.set_mapping(import_, complete(actor(), import_, chosen))
    except InvalidInput:
        return _mapping_page(import_, chosen, 422)
    imports.start(imports.get(actor(), id), dry_run=True)
    return go_to("runtime.import_page", id=id)


@screen(blueprint, "/imports/<int:id>/reading", permission="signed_in", methods=("POST",), transaction="none", preview="closed")
def import_reading(id: int) -> Response:
    """Read the file in another way: other delimiter, other sheet, with or without headings."""
    with read():
        import_ = imports.get(actor(), id)
        kept = imports.content(import_.id)
    wanted = Reading(
        request.form.get("encoding", ""), _delimiter(request.form.get("delimiter", "")),
        {"yes": True, "no": False}.get(request.form.get("header", "")), sheet=request.form.get("sheet", ""),
    )
    try:
        with imports.temporary(kept) as file:
            analysis = imports.analyse(file, wanted)
        with write():
            imports.read_again(import_, analysis)
    except PlatformError as refused:
        toast(str(refused), "danger")
    return go_to("runtime.import_page", id=id)


@screen(blueprint, "/imports/<int:id>/start", permission="signed_in", methods=("POST",), transaction="write", preview="closed")
def import_take(id: int) -> Response:
    imports.start(imports.get(actor(), id), dry_run=False)
    return go_to("runtime.import_page", id=id)


@screen(blueprint, "/imports/<int:id>/cancel", permission="signed_in", methods=("POST",), transaction="write", preview="closed")
def import_cancel(id: int) -> Response:
    imports.cancel(imports.get(actor(), id))
    return go_to("runtime.import_page", id=id)


@screen(blueprint, "/imports/<int:id>/delete", permission="signed_in", methods=("POST",), transaction="write", preview="closed")
def import_delete(id: int) -> Response:
    import_ = imports.get(actor(), id)
    imports.delete(import_)
    return go_to("runtime.import_history")


@screen(blueprint, "/imports/<int:id>/refused.csv", permission="signed_in", preview="closed")
def import_refused(id: int) -> Response:
    import_ = imports.get(actor(), id)
    content = error_file(import_.columns, imports.refused_rows(import_))
    return attachment(content, f"{import_.name.rsplit('.', 1)[0]}.refused.csv", "text/csv; charset=utf-8")


@screen(blueprint, "/imports/<int:id>/mapping.json", permission="signed_in", preview="closed")
def import_mapping_file(id: int) -> Response:
    """The mapping as a file, for the next month's file or the command line."""
    import_ = imports.get(actor(), id)
    if import_.mapping is None:
        raise NotFound
    text = json.dumps(import_.mapping, ensure_ascii=False, indent=2)
    return attachment(text.encode(), f"{import_.entity}.mapping.json", "application/json")


def _importable(name: str) -> Entity:
    entity, rights = entity_for(actor(), name)
    if not rights.may("import"):
        raise NotAllowed(_("You may not import into “%(entity)s”.", entity=pick(entity.label)))
    return entity


def _upload_page(entity: Entity, errors: dict[str, Any], status: int = 200) -> Response:
    return render(
        "runtime/imports/upload.html", status=status, entity=entity, plural=plural(entity), errors=errors, entries=_entries()[:10], states=_states(),
        most=imports.MOST_BYTES >> 20,
    )


def _uploaded(entity: Entity) -> int:
    """Keep the file with the mapping that came with it, or a suggested one."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidInput({"file": [_("Choose a file.")]})
    given = _mapping_file()
    analysis = imports.analyse(file.stream, given.reading if given else Reading())
    with write():
        id_ = imports.create(actor(), entity.name, file.filename, file.stream, analysis)
        import_ = imports.get(actor(), id_)
        chosen = given or suggest(actor(), entity, import_.columns, import_.sample, import_.reading)
        if chosen.targets[-1].columns:
            imports.set_mapping(import_, complete(actor(), import_, chosen))
    return id_


def _mapping_file() -> ImportMapping | None:
    file = request.files.get("mapping")
    if file is None or not file.filename:
        return None
    try:
        return read_mapping(json.loads(file.stream.read(MEBIBYTE)))
    except (ValueError, RecursionError):
        raise InvalidInput({"mapping": [_("The mapping is no JSON document.")]}) from None


def _given(import_: Import) -> ImportMapping:
    """What the form says; a document that cannot be read leaves the mapping as it was."""
    try:
        return read_form(actor(), import_, request.form)
    except InvalidInput as refused:
        toast(str(refused), "danger")
        return _mapping(import_)


def _mapping(import_: Import) -> ImportMapping:
    if import_.mapping is not None:
        return read_mapping(import_.mapping)
    return suggest(actor(), catalogue().entity(import_.entity), import_.columns, import_.sample, import_.reading)


def _mapping_page(import_: Import, mapping: ImportMapping, status: int = 200) -> Response:
    """The form with what the first rows give under this mapping, and everything that does not fit."""
    kinds = kinds_of(import_.columns, import_.sample)
    whole = replace(mapping, reading=import_.reading, kinds={**kinds, **(mapping.kinds or {})})
    plan, errors = judge(actor(), whole, import_.columns)
    shown = preview(plan, import_.sample[:_PREVIEWED])
    entity = catalogue().entity(import_.entity)
    return render(
        "runtime/imports/mapping.html", fragment="runtime/imports/_mapping.html", status=status, import_=import_, entity=entity,
        plural=plural(entity), targets=sections(actor(), mapping, shown), choices=choices(import_), errors=errors,
        names=dict(zip(import_.columns, identifiers(import_.columns), strict=True)), rows=import_.sample[:_PREVIEWED],
        document="" if fits_the_form(mapping) else json.dumps(mapping.body(), ensure_ascii=False, indent=2),
        delimiters=_delimiters(), encodings=ENCODINGS, accept_warnings=mapping.accept_warnings, is_table=not import_.sheets,
    )


def _report(import_: Import) -> dict[str, Any]:
    targets = read_mapping(import_.mapping).targets if import_.mapping else ()
    entities = {target.name: catalogue().entities.get(target.entity) for target in targets}
    counts = [
        (plural(entity) if entity else name, known, entity.name if entity and policy(actor(), entity).may("read") else "")
        for name, known in import_.counts.items() for entity in (entities.get(name),)
    ]
    refused = [] if import_.is_busy else list(imports.refused_rows(import_, _TELLING))
    labels = {
        (target.name, field.name): pick(field.label)
        for target in targets for entity in (entities[target.name],) if entity for field in entity.fields
    }
    return {
        "import_": import_, "counts": counts, "refused": refused, "labels": labels, "entity": catalogue().entity(import_.entity),
        "plural": plural(catalogue().entity(import_.entity)), "more": import_.refused - len(refused),
        "progress": url_for("runtime.import_progress", id=import_.id), "states": _states(),
    }


def _entries() -> list[tuple[Import, str]]:
    """One's imports with what each brought in."""
    entities = catalogue().entities
    return [
        (one, plural(entities[one.entity]) if one.entity in entities else one.entity) for one in imports.history(actor())
    ]


def _states() -> dict[str, str]:
    return {
        imports.UPLOADED: _("Columns to be chosen"), imports.CHECKING: _("Dry run …"), imports.CHECKED: _("Dry run done"),
        imports.RUNNING: _("Importing …"), imports.DONE: _("Imported"), imports.FAILED: _("Failed"), imports.CANCELLED: _("Stopped"),
    }


def _delimiters() -> list[tuple[str, str]]:
    words = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Bar"), "whitespace": _("Spaces")}
    return [("tab" if one == "\t" else one, words[one]) for one in DELIMITERS]


def _delimiter(given: str) -> str:
    wanted = "\t" if given == "tab" else given
    return wanted if wanted in DELIMITERS else ""
