"""Guessing a mapping: columns are given to fields by their words, by words alike, and by what they hold."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from shuke.access import Actor, policy
from shuke.definitions.model import Entity, Field
from shuke.fields import FIELD_TYPES
from shuke.transfer.cells import cell_in
from shuke.transfer.mapping import ImportMapping, Source, Target
from shuke.transfer.matching import may_match
from shuke.transfer.plan import may_fill
from shuke.transfer.reading import ORIGIN, REASONS, Reading
from shuke.transfer.tables import Row

_ALIKE = 0.78
_FITS = 0.9
_SAMPLE = 30
_SYNONYMS = (
    ("手机", "手机号", "手机号码", "移动电话", "mobile", "mobile phone", "cell", "cellphone"),
    ("电话", "电话号码", "联系电话", "联系方式", "phone", "telephone", "tel", "phone number"),
    ("邮箱", "电子邮件", "电子邮箱", "邮件", "email", "e-mail", "mail", "email address"),
    ("姓名", "名字", "名称", "全称", "name", "full name", "title"),
    ("地址", "住址", "通讯地址", "详细地址", "address", "addr"),
    ("备注", "说明", "描述", "附注", "note", "notes", "remark", "remarks", "comment", "comments", "description", "memo"),
    ("编号", "编码", "代码", "号码", "序号", "code", "number", "no", "no.", "id", "key", "sku"),
    ("日期", "时间", "date", "day", "time"),
    ("生日", "出生日期", "出生年月", "birthday", "date of birth", "birth date", "dob"),
    ("性别", "gender", "sex"),
    ("数量", "件数", "个数", "quantity", "qty", "count", "pieces"),
    ("单价", "价格", "售价", "price", "unit price"),
    ("金额", "总额", "总价", "合计", "amount", "total", "sum", "value"),
    ("网址", "网站", "主页", "url", "website", "web", "homepage"),
    ("状态", "status", "state", "stage"),
    ("标签", "tags", "labels", "tag"),
    ("负责人", "所有者", "业务员", "owner", "responsible"),
    ("门店", "部门", "单位", "unit", "store", "branch", "department", "shop"),
    ("城市", "city", "town"), ("国家", "country"), ("公司", "单位名称", "企业", "company", "organisation", "organization", "firm"),
)
_TELLING = frozenset({"phone", "email", "url", "choice", "date", "datetime", "boolean"})
"""Types whose values are recognised by their look."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A column for a field, and how sure that is (0 to 1)."""

    column: str
    field: str
    score: float


def suggest(actor: Actor, entity: Entity, columns: Sequence[str], sample: Sequence[Row], reading: Reading) -> ImportMapping:
    """A mapping to start from: each column goes to one field at most, the surest first."""
    guesses = sorted(_guesses(actor, entity, columns, sample), key=lambda guess: -guess.score)
    taken: dict[str, str] = {}
    for guess in guesses:
        if guess.field not in taken and guess.column not in taken.values():
            taken[guess.field] = guess.column
    order = {column: place for place, column in enumerate(columns)}
    fields = sorted(taken, key=lambda name: order[taken[name]])
    target = Target(entity.name, entity.name, suggest_key(entity, fields), {name: Source(column=taken[name]) for name in fields})
    return ImportMapping((target,), reading)


def suggest_key(entity: Entity, mapped: Iterable[str]) -> tuple[str, ...]:
    """The field by which records can be told apart, among those that the file fills."""
    names = list(mapped)
    single = {fields[0] for fields in entity.unique if len(fields) == 1}
    single |= {field.name for field in entity.fields if field.option("unique")}
    dedupe = {rule.fields[0] for rule in entity.dedupe if len(rule.fields) == 1 and rule.action == "block"}
    for known in (single, dedupe):
        for name in names:
            if name in known and may_match(FIELD_TYPES[entity.field(name).type]):
                return (name,)
    return ()


def fillable(actor: Actor, entity: Entity) -> list[Field]:
    """The fields that this actor can import into."""
    rights = policy(actor, entity)
    return [field for field in entity.fields if may_fill(field) and not field.fields and rights.right(field.name, "create") == "write"]


def _guesses(actor: Actor, entity: Entity, columns: Sequence[str], sample: Sequence[Row]) -> Iterator[Guess]:
    fields = fillable(actor, entity)
    for place, column in enumerate(columns):
        if column in (ORIGIN, REASONS):
            continue
        texts = [row.cells[place] for row in sample[:_SAMPLE] if place < len(row.cells) and row.cells[place].strip()]
        for field in fields:
            words = _likeness(column, field)
            fits = _fits(texts, field)
            if words >= _ALIKE and fits >= 0.5:
                yield Guess(column, field.name, words)
            elif fits >= _FITS and field.type in _TELLING and texts and not _is_worded(column, fields):
                yield Guess(column, field.name, 0.5 + 0.2 * fits)


def _is_worded(column: str, fields: Sequence[Field]) -> bool:
    return any(_likeness(column, field) >= _ALIKE for field in fields)


def _likeness(column: str, field: Field) -> float:
    """How alike the heading and the names of the field are."""
    heading = _plain(column)
    names = [_plain(name) for name in (field.name, *field.label.values()) if name]
    if heading in names:
        return 1.0
    if any(_are_synonyms(heading, name) for name in names):
        return 0.9
    return 0.95 * max((SequenceMatcher(None, heading, name).ratio() for name in names), default=0.0)


def _are_synonyms(one: str, other: str) -> bool:
    return any(one in words and other in words for words in _PLAIN_SYNONYMS)


def _fits(texts: Sequence[str], field: Field) -> float:
    """Which part of these cells the field could read."""
    if not texts:
        return 1.0
    type_ = FIELD_TYPES[field.type]
    if type_.expression_type(field).entity or type_.rows("", field):
        return 1.0  # links are found by the words of the other record
    read = 0
    for text in texts:
        try:
            value = cell_in(text, type_, field)
        except ValueError:
            continue
        read += value is not None and not type_.check(value, field)
    return read / len(texts)


def _plain(words: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", words).casefold())


_PLAIN_SYNONYMS = tuple(frozenset(_plain(word) for word in words) for words in _SYNONYMS)
