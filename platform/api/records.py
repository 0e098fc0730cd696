"""Records: list, read, create, change, delete, restore, steps of a workflow, history, sums, export."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, request, url_for

from shuke import records, workflow
from shuke.api import parameters as given
from shuke.api.answers import answer, plain_json, record_answer, record_json
from shuke.api.blueprint import Parameter, operation
from shuke.api.idempotency import once
from shuke.api.requests import checked_id, entity_called, fields_of, flag, json_body, number, query, revision, words
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.records import Record
from shuke.records.comments import Comment, comments
from shuke.records.comments import add_comment as comment_on
from shuke.screens.downloads import attachment
from shuke.screens.visitor import actor
from shuke.transfer.exporting import export
from shuke.views import list_plan

_RECORD = (given.ENTITY, given.RECORD_ID)
_TAG = "records"


@operation(
    "GET", "/records/<entity>", {"zh": "列出记录", "en": "List records"}, tag=_TAG, parameters=(given.ENTITY, *given.LIST),
    answer="page:{entity}", entity_right="read",
)
def list_records(entity: str) -> Response:
    of = entity_called(actor(), entity)
    page = records.query(actor(), of, query(of))
    body: dict[str, object] = {"records": [record_json(record) for record in page.records]}
    body |= {name: value for name, value in (("next", page.next), ("previous", page.previous)) if value}
    if page.count is not None:
        body |= {"count": page.count, "capped": page.capped}
    return answer(body)


@operation(
    "POST", "/records/<entity>", {"zh": "新建记录", "en": "Create a record"}, tag=_TAG,
    parameters=(given.ENTITY, given.KEY, given.ACCEPT_WARNINGS), body="input:{entity}", answer="record:{entity}", status=201, entity_right="create",
)
def create_record(entity: str) -> Response:
    of = entity_called(actor(), entity)
    return once(lambda: _created(of))


def _created(of: Entity) -> Response:
    saved = records.save(actor(), of, json_body(), accept_warnings=flag("accept_warnings"))
    location = url_for("api.get_record", entity=of.name, id=saved.id)
    return record_answer(_read_back(of, saved.id), 201, {"Location": location})


@operation(
    "GET", "/records/<entity>/<int:id>", {"zh": "读取记录", "en": "Read a record"}, tag=_TAG, parameters=(*_RECORD, given.FIELDS),
    answer="record:{entity}", entity_right="read",
)
def get_record(entity: str, id: int) -> Response:
    of = entity_called(actor(), entity)
    return record_answer(records.get(actor(), of, checked_id(id), fields=fields_of(of)))


@operation(
    "PATCH", "/records/<entity>/<int:id>", {"zh": "修改记录", "en": "Change a record"}, tag=_TAG,
    parameters=(*_RECORD, given.IF_MATCH, given.ACCEPT_WARNINGS), body="input:{entity}", answer="record:{entity}", entity_right="update",
)
def change_record(entity: str, id: int) -> Response:
    of = entity_called(actor(), entity)
    saved = records.save(actor(), of, json_body(), id=checked_id(id), revision=revision(), accept_warnings=flag("accept_warnings"))
    return record_answer(_read_back(of, saved.id))


@operation(
    "DELETE", "/records/<entity>/<int:id>", {"zh": "删除记录（移入回收站）", "en": "Delete a record (into the recycle bin)"}, tag=_TAG,
    parameters=(*_RECORD, given.IF_MATCH), status=204, entity_right="delete",
)
def delete_record(entity: str, id: int) -> Response:
    records.delete(actor(), entity_called(actor(), entity), checked_id(id), revision())
    return Response(status=204)


@operation(
    "POST", "/records/<entity>/<int:id>/restore", {"zh": "从回收站恢复", "en": "Take out of the recycle bin"}, tag=_TAG,
    parameters=(*_RECORD, given.KEY), answer="record:{entity}", entity_right="delete",
)
def restore_record(entity: str, id: int) -> Response:
    of = entity_called(actor(), entity)

    def restored() -> Response:
        records.restore(actor(), of, checked_id(id))
        return record_answer(_read_back(of, id))

    return once(restored)


@operation(
    "GET", "/records/<entity>/<int:id>/transitions", {"zh": "可用的流程步骤", "en": "The steps that can be taken"}, tag=_TAG,
    parameters=_RECORD, answer="transitions", entity_right="transition",
)
def list_transitions(entity: str, id: int) -> Response:
    record = records.get(actor(), entity_called(actor(), entity), checked_id(id))
    return answer({"transitions": [
        {"name": offer.transition.name, "label": dict(offer.transition.label), "ask": list(offer.transition.ask), "objection": offer.objection}
        for offer in workflow.offers(actor(), record)
    ]})


@operation(
    "POST", "/records/<entity>/<int:id>/transitions/<name>", {"zh": "执行流程步骤", "en": "Take a step of the workflow"}, tag=_TAG,
    parameters=(*_RECORD, Parameter("name", "path", {"zh": "步骤名称", "en": "The name of the step"}, required=True), given.IF_MATCH, given.KEY),
    body="values:{entity}", answer="record:{entity}", entity_right="transition",
)
def fire_transition(entity: str, id: int, name: str) -> Response:
    of = entity_called(actor(), entity)
    if not any(step.name == name for one in catalogue().workflows.values() if one.entity == of.name for step in one.transitions):
        raise NotFound(_("There is no such step."))

    def fired() -> Response:
        workflow.fire(actor(), of, checked_id(id), name, json_body(), revision())
        return record_answer(_read_back(of, id))

    return once(fired)


@operation(
    "GET", "/records/<entity>/<int:id>/history", {"zh": "变更历史", "en": "The history of a record"}, tag=_TAG,
    parameters=(*_RECORD, given.LIMIT, Parameter("before", "query", {"zh": "上一页最后一条的编号", "en": "The id of the last entry seen"})),
    answer="history", entity_right="read",
)
def list_history(entity: str, id: int) -> Response:
    of = entity_called(actor(), entity)
    records.get(actor(), of, checked_id(id), fields=(of.display,) if of.has(of.display) else ("id",))
    before = request.args.get("before", "")
    entries = records.history(actor(), of, id, limit=number("limit", 50, 200), before=int(before) if before.isdigit() else None)
    return answer({"entries": [
        {
            "id": str(entry.id), "at": plain_json(entry.at), "actor": entry.actor, "action": entry.action, "reason": entry.reason,
            "fields": [{"field": one.field, "label": one.label, "old": one.old, "new": one.new} for one in entry.fields],
        }
        for entry in entries
    ]})


@operation(
    "GET", "/records/<entity>/<int:id>/comments", {"zh": "记录的评论", "en": "The comments on a record"}, tag=_TAG,
    parameters=(*_RECORD, given.LIMIT, Parameter("before", "query", {"zh": "上一页最后一条的编号", "en": "The id of the last entry seen"})),
    answer="comments", entity_right="read",
)
def list_comments(entity: str, id: int) -> Response:
    of = entity_called(actor(), entity)
    records.get(actor(), of, checked_id(id), fields=("id",))
    before = request.args.get("before", "")
    found = comments(of, id, limit=number("limit", 50, 200), before=int(before) if before.isdigit() else None)
    return answer({"comments": [_comment(one) for one in found]})


@operation(
    "POST", "/records/<entity>/<int:id>/comments", {"zh": "添加评论", "en": "Comment on a record"}, tag=_TAG,
    parameters=(*_RECORD, given.KEY), body="saying", answer="comment", status=201, entity_right="read",
)
def add_comment(entity: str, id: int) -> Response:
    of = entity_called(actor(), entity)
    body = json_body()

    def added() -> Response:
        text = body.get("text")
        if not isinstance(text, str) or set(body) != {"text"}:
            raise InvalidInput({"text": [_("Write something first.")]})
        return answer(_comment(comment_on(actor(), of, checked_id(id), text)), 201)

    return once(added)


def _comment(one: Comment) -> dict[str, object]:
    return {
        "id": str(one.id), "at": plain_json(one.at), "author": one.author, "author_id": str(one.author_id), "text": one.text, "edited": one.is_edited,
        **({"file": {"id": str(one.file.id), "name": one.file.name}} if one.file else {}),
    }


@operation(
    "GET", "/records/<entity>/aggregate", {"zh": "分组统计", "en": "Sums and counts by groups"}, tag=_TAG,
    parameters=(
        given.ENTITY,
        Parameter("group", "query", {"zh": "分组字段，例如 created_at:month", "en": "Fields to group by, for example created_at:month"}, many=True),
        Parameter("measure", "query", {"zh": "度量，例如 count、sum:total", "en": "Measures, for example count or sum:total"}, many=True),
        given.WHERE, given.SEARCH,
    ),
    answer="groups", entity_right="read",
)
def aggregate_records(entity: str) -> Response:
    of = entity_called(actor(), entity)
    groups, measures = words("group"), words("measure") or ("count",)
    wanted = [(function, field) for function, _colon, field in (measure.partition(":") for measure in measures)]
    found = records.aggregate(actor(), of, groups, wanted, replace(query(of), fields=(), sort=()))
    return answer({"groups": [
        {"key": _named(groups, group.key), "titles": _titles(groups, group.key), "measures": _named(measures, group.measures)} for group in found
    ]})


@operation(
    "GET", "/records/<entity>/export.<kind>", {"zh": "导出 CSV 或 XLSX", "en": "Export as CSV or XLSX"}, tag=_TAG,
    parameters=(
        given.ENTITY, Parameter("kind", "path", {"zh": "文件类型", "en": "The kind of file"}, {"enum": ["csv", "xlsx"]}, required=True),
        given.WHERE, given.SEARCH, given.SORT, given.FIELDS,
    ),
    answer="file", entity_right="export",
)
def export_records(entity: str, kind: str) -> Response:
    of = entity_called(actor(), entity)
    if kind not in ("csv", "xlsx"):
        raise NotFound(_("There is no such kind of file."))
    asked = query(of)
    finished = export(actor(), of, asked, asked.fields or tuple(column.path for column in list_plan(catalogue(), of.name).columns), kind)
    with finished.file:
        return attachment(finished.file.read(), finished.name, finished.mime)


def _read_back(of: Entity, id_: int) -> Record:
    """The record as it is now; who may write it but not see the result gets its id only."""
    try:
        return records.get(actor(), of, id_)
    except NotFound:
        return Record(of, id_, 0, {})


def _named(names: tuple[str, ...], values: tuple[object, ...]) -> Mapping[str, object]:
    return {name: plain_json(value) for name, value in zip(names, values, strict=True)}


def _titles(names: tuple[str, ...], values: tuple[object, ...]) -> Mapping[str, str]:
    return {name: value.title for name, value in zip(names, values, strict=True) if isinstance(value, records.Link)}
