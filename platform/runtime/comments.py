"""Comments on a record: writing, changing and taking back one's own, with a file if wanted."""

from flask import Response, request

from shuke import records
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.records import files
from shuke.records.comments import ATTACHMENT, add_comment, delete_comment, edit_comment, find_comment
from shuke.runtime.addresses import RECORD
from shuke.runtime.blueprint import blueprint
from shuke.runtime.reach import app_label, entity_for, plural
from shuke.runtime.timeline import timeline_answer
from shuke.screens.page import go_to, is_fragment_request, render, toast
from shuke.screens.screen import MEBIBYTE, screen
from shuke.screens.visitor import actor

_COMMENT = "<int(max=9223372036854775807):comment>"


@screen(blueprint, f"/r/<entity>/{RECORD}/comments", methods=["POST"], permission="signed_in", transaction="write", max_bytes=21 * MEBIBYTE)
def comment_on_record(entity: str, id: int) -> Response:
    """Say something about a record; the answer is its timeline."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    text, sent = request.form.get("text", ""), request.files.get("file")
    try:
        stored = files.store(actor(), sent.filename, sent.read(), ATTACHMENT) if sent is not None and sent.filename else None
        add_comment(actor(), visited, id, text, stored.id if stored else None)
    except InvalidInput as refused:
        said = [sentence for sentences in refused.by_field.values() for sentence in sentences]
        return render(
            "runtime/comment.html", fragment="runtime/_comment_box.html", status=422, entity=visited, record=record, app=app_label(visited),
            plural=plural(visited), said=said, text=text, may_attach=True,
        )
    if not is_fragment_request():
        return go_to("runtime.record_page", entity=entity, id=id)
    response = timeline_answer(record)
    response.headers["HX-Retarget"] = "#timeline"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


@screen(blueprint, f"/r/<entity>/{RECORD}/comments/{_COMMENT}", methods=["GET", "POST"], permission="signed_in", transaction="write")
def change_comment(entity: str, id: int, comment: int) -> Response:
    """A form for one's own comment, and saving it."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    found = find_comment(visited, id, comment)
    if found.author_id != actor().id:
        raise NotFound
    said: list[str] = []
    if request.method == "POST":
        try:
            edit_comment(actor(), visited, id, comment, request.form.get("text", ""))
        except InvalidInput as refused:
            said = [sentence for sentences in refused.by_field.values() for sentence in sentences]
        else:
            toast(_("Saved."))
            return timeline_answer(record) if is_fragment_request() else go_to("runtime.record_page", entity=entity, id=id)
    return render(
        "runtime/comment.html", fragment="runtime/_comment_edit.html", status=422 if said else 200, entity=visited, record=record, app=app_label(visited),
        plural=plural(visited), said=said, text=request.form.get("text", found.text), comment=found, may_attach=False,
    )


@screen(blueprint, f"/r/<entity>/{RECORD}/comments/{_COMMENT}/delete", methods=["POST"], permission="signed_in", transaction="write")
def take_comment_back(entity: str, id: int, comment: int) -> Response:
    """Take back one's own comment; the history keeps it."""
    visited, _rights = entity_for(actor(), entity)
    record = records.get(actor(), visited, id)
    delete_comment(actor(), visited, id, comment)
    toast(_("The comment is gone; the history keeps it."))
    return timeline_answer(record) if is_fragment_request() else go_to("runtime.record_page", entity=entity, id=id)
