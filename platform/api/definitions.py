"""Definitions: read what is published, write documents into a draft, see its plan, publish it; the schema of each form."""

from typing import Any

from flask import Response, request

from shuke.access import policy
from shuke.api import parameters as given
from shuke.api.answers import answer
from shuke.api.blueprint import Parameter, operation
from shuke.api.requests import entity_called, json_body, revision
from shuke.api.schemas import entity_schema
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions import drafts
from shuke.definitions.current import catalogue
from shuke.definitions.drafts import Draft
from shuke.definitions.load import without_physical
from shuke.definitions.model import Document
from shuke.definitions.parse import SYSTEM_APP
from shuke.definitions.problems import FOLDER_KINDS, DefinitionErrors
from shuke.publishing.plan import Plan, plan
from shuke.publishing.publish import publish
from shuke.screens.visitor import actor, host, read, write

_TAG = "definitions"
KIND = Parameter("kind", "path", {"zh": "定义的种类", "en": "The kind of document"}, required=True)
NAME = Parameter("name", "path", {"zh": "定义的名称", "en": "The name of the document"}, required=True)
DRAFT = Parameter("draft", "query", {"zh": "草稿编号；不给则用自己的草稿", "en": "The id of a draft; without it one's own is used"})
_OWN = "api"


@operation("GET", "/schemas/<entity>", {"zh": "表单的 JSON Schema", "en": "The JSON Schema of a form"}, tag=_TAG, parameters=(given.ENTITY,), answer="schema")
def get_schema(entity: str) -> Response:
    return answer(entity_schema(actor(), entity_called(actor(), entity)))


@operation("GET", "/schemas", {"zh": "能看到的表单", "en": "The forms that one can see"}, tag=_TAG, answer="forms")
def list_schemas() -> Response:
    seen = [entity for entity in catalogue().entities.values() if policy(actor(), entity).may("read")]
    return answer({"forms": [{"name": entity.name, "label": dict(entity.label), "app": entity.app} for entity in seen]})


@operation("GET", "/definitions", {"zh": "已发布的定义", "en": "What is published"}, tag=_TAG, answer="definitions", permission="build")
def list_definitions() -> Response:
    published = [one for one in catalogue().documents if one.app != SYSTEM_APP]
    return answer({"version": catalogue().version, "documents": [{"kind": one.kind, "name": one.name, "app": one.app} for one in published]})


@operation(
    "GET", "/definitions/<kind>/<name>", {"zh": "读取一份定义", "en": "Read a document"}, tag=_TAG, parameters=(KIND, NAME), answer="document",
    permission="build",
)
def get_definition(kind: str, name: str) -> Response:
    found = next((one for one in catalogue().documents if one.key == (kind, name)), None)
    if found is None:
        raise NotFound(_("There is no such document."))
    return answer(without_physical(found.body))


@operation("GET", "/definitions/drafts", {"zh": "未发布的草稿", "en": "Drafts that are not published"}, tag=_TAG, answer="drafts", permission="build")
def list_drafts() -> Response:
    return answer({"drafts": [_json(draft) for draft in drafts.open_drafts()]})


@operation(
    "PUT", "/definitions/<kind>/<name>", {"zh": "把定义写入草稿", "en": "Write a document into a draft"}, tag=_TAG,
    parameters=(
        KIND, NAME, DRAFT, Parameter("app", "query", {"zh": "所属应用", "en": "The app that a new document belongs to"}), given.IF_MATCH,
    ),
    body="document", answer="draft", permission="build",
)
def put_definition(kind: str, name: str) -> Response:
    _known_kind(kind)
    draft = _draft(make=True)
    app = request.args.get("app", "") or next((one.app for one in draft.documents if one.key == (kind, name)), "")
    if not app and kind != "template":
        raise InvalidInput({"app": [_("Say which app the new document belongs to.")]})
    written = drafts.put(draft.id, _at(draft), Document(kind, name, app, json_body()), actor().id)
    return answer(_json(written), 200, {"ETag": f'"{written.revision}"'})


@operation(
    "DELETE", "/definitions/<kind>/<name>", {"zh": "从草稿中去掉定义", "en": "Take a document out of a draft"}, tag=_TAG,
    parameters=(KIND, NAME, DRAFT, given.IF_MATCH), answer="draft", permission="build",
)
def remove_definition(kind: str, name: str) -> Response:
    draft = _draft(make=True)
    if not any(one.key == (kind, name) for one in draft.documents):
        raise NotFound(_("There is no such document."))
    written = drafts.remove(draft.id, _at(draft), kind, name, actor().id)
    return answer(_json(written), 200, {"ETag": f'"{written.revision}"'})


@operation(
    "GET", "/definitions/plan", {"zh": "发布前查看影响", "en": "What publishing a draft would change"}, tag=_TAG, parameters=(DRAFT,), answer="plan",
    permission="build", transaction="none",
)
def plan_draft() -> Response:
    with read():
        draft = _draft(make=False)
    try:
        return answer(_plan_json(draft, plan(host().database, draft.documents)))
    except DefinitionErrors as wrong:
        raise _explained(wrong) from wrong


@operation(
    "POST", "/definitions/publish", {"zh": "发布草稿", "en": "Publish a draft"}, tag=_TAG, body="publication", answer="version", permission="build",
    transaction="none",
)
def publish_draft() -> Response:
    body = json_body()
    with read():
        draft = _draft_called(str(body["draft"])) if body.get("draft") else _draft(make=False)
    try:
        version = publish(host().database, actor(), draft.documents, str(body.get("comment", ""))[:500], base=draft.base)
    except DefinitionErrors as wrong:
        raise _explained(wrong) from wrong
    with write():
        drafts.mark_published(draft.id, version)
    return answer({"version": version})


def _draft(*, make: bool) -> Draft:
    if called := request.args.get("draft", ""):
        return _draft_called(called)
    mine = (draft for draft in drafts.open_drafts() if (draft.created_by, draft.name) == (actor().id, _OWN))
    own = next((draft for draft in mine if draft.base == catalogue().version), None)  # an older one could not be published
    if own is None and not make:
        raise NotFound(_("There is no such draft."))
    return own or drafts.create(_OWN, actor().id)


def _draft_called(id_: str) -> Draft:
    if not id_.isascii() or not id_.isdigit() or len(id_) > 19:
        raise NotFound(_("There is no such draft."))
    return drafts.get(int(id_))


def _at(draft: Draft) -> int:
    """The revision that the writer has seen; without one the draft as it is now."""
    seen = revision()
    return draft.revision if seen is None else seen


def _known_kind(kind: str) -> None:
    known = {"template", "app", *FOLDER_KINDS.values()}
    if kind not in known:
        raise NotFound(_("There is no such kind of document."))


def _explained(wrong: DefinitionErrors) -> InvalidInput:
    problems: dict[str, list[str]] = {}
    for one in wrong.problems:
        problems.setdefault(f"{one.file}{one.path}", []).append(one.message)
    return InvalidInput(problems)


def _json(draft: Draft) -> dict[str, Any]:
    return {"draft": str(draft.id), "revision": draft.revision, "base": draft.base, "name": draft.name}


def _plan_json(draft: Draft, made: Plan) -> dict[str, Any]:
    return {
        **_json(draft), "blocked": made.is_blocked,
        "changes": [
            {
                "action": change.difference.action, "kind": change.difference.kind, "name": change.difference.name, "field": change.difference.field,
                "class": change.kind, "rows": change.rows, "failing": change.failing, "blocks": change.blocks, "sentence": change.sentence,
                "samples": [{"id": str(sample.id), "value": sample.value, "problem": sample.problem} for sample in change.samples],
            }
            for change in made.changes
        ],
    }
