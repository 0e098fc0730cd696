"""One field of every type, the JSON values it may hold, and texts that people type into it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from shuke.definitions.model import Catalogue, Document, Field
from shuke.definitions.parse import parse_documents, parse_field
from shuke.fields.barcode import check_digit
from shuke.fields.reading import decimal_text

LABEL = {"zh": "字段", "en": "Field"}
OPTIONS = [
    {"code": "new", "label": {"zh": "新书", "en": "New book"}, "color": "green"},
    {"code": "old", "label": {"zh": "旧书", "en": "Old book"}},
    {"code": "rare", "label": {"zh": "珍本", "en": "Rare <b>book</b>"}, "color": "red", "retired": True},
]
TREE = [
    {"code": "prose", "label": {"zh": "散文", "en": "Prose"}}, {"code": "novel", "label": {"zh": "小说", "en": "Novel"}, "parent": "prose"},
    {"code": "crime", "label": {"zh": "侦探小说", "en": "Crime"}, "parent": "novel"}, {"code": "verse", "label": {"zh": "诗歌", "en": "Verse"}},
]
CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cn"), exclude_characters="\u200b")
LINE = st.text(CHARACTERS | st.just(" "), min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool)
WORD = st.text(CHARACTERS, min_size=1, max_size=12).filter(lambda text: not set(text) & set(",，、;；|"))
IDS = st.integers(1, 2**62).map(str)
DAYS = st.dates(date(1000, 1, 1), date(9000, 12, 31)).map(date.isoformat)
MINUTES = st.datetimes(datetime(1995, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.strftime("%Y-%m-%dT%H:%M:00Z"))
PHONES = st.from_regex(r"\+8613[0-9]{9}", fullmatch=True)
TWELVE = st.from_regex(r"[0-9]{12}", fullmatch=True)
STREETS = st.sampled_from(["科技园路1号", "人民东路88号3栋2单元", "Main Street 5", "<script>alert(1)</script>"])
ADDRESS = {"province": "440000", "city": "440300", "district": "440305"}


def decimals(places: int, largest: int = 10**12) -> st.SearchStrategy[str]:
    return st.integers(-largest, largest).map(lambda number: decimal_text(Decimal(number).scaleb(-places)))


@dataclass(frozen=True)
class Specimen:
    """`values` are JSON values; `typed` are (locale, text, JSON value); `fixed` are values to filter by."""

    schema: dict[str, Any]
    values: st.SearchStrategy[Any]
    fixed: Sequence[Any]
    typed: Sequence[tuple[str, str, Any]] = ()
    refused: Sequence[str] = ()
    reads_its_format: bool = True
    """What people read can be typed again."""
    made: Field = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "made", parse_field("field", self.schema, frozenset(), "e_book"))


def _specimen(type_: str, json_type: dict[str, Any], values: st.SearchStrategy[Any], fixed: Sequence[Any], **more: Any) -> Specimen:
    options = {name: more.pop(name) for name in list(more) if name.startswith("x-") or name in ("items", "minimum", "maximum")}
    return Specimen({**json_type, "x-type": type_, "x-label": LABEL, **options}, values, fixed, **more)


STRING, DECIMAL, LIST = {"type": "string"}, {"type": "string", "format": "decimal"}, {"type": "array", "items": {"type": "string"}}
TEXTS = ["a", "Abc", "abc", "ÀB", "100%", "a_c", "王小明", "张 三", "小", "\\", "'; --"]
NUMBERS = ["0", "1", "-1", "2.5", "-2.49", "100", "1000000.01"]

SPECIMENS: dict[str, Specimen] = {
    "text": _specimen("text", STRING, LINE, TEXTS, typed=[("zh", "  你好 ", "你好"), ("en", "", None)]),
    "longtext": _specimen("longtext", STRING, st.lists(LINE, min_size=1, max_size=3).map("\n".join), TEXTS, typed=[("en", "a\r\nb", "a\nb")]),
    "integer": _specimen(
        "integer", {"type": "integer"}, st.integers(-9 * 10**18, 9 * 10**18), [0, 1, -1, 5, 1000000, 9 * 10**18],
        typed=[("zh", "１，２３４", 1234), ("zh", "1.2万", 12000), ("en", "-3", -3), ("zh", "3亿", 300_000_000), ("zh", "", None)],
        refused=["1.5", "abc", "1,2", "٣", "--1", "1e5"],
    ),
    "decimal": _specimen(
        "decimal", DECIMAL, decimals(2), NUMBERS,
        typed=[("zh", "１，２３４．５０", "1234.5"), ("en", "1,234.50", "1234.5"), ("en", "(3)", "-3"), ("zh", "−2", "-2"), ("en", ".5", "0.5")],
        refused=["abc", "1.2.3", "12,34", "NaN", "Infinity", "1e5", "."], **{"x-scale": 2},
    ),
    "money": _specimen(
        "money", DECIMAL, decimals(2), NUMBERS,
        typed=[
            ("zh", "￥1,234.50", "1234.5"), ("zh", "¥8", "8"), ("zh", "１．２万元", "12000"), ("en", "CNY 3", "3"), ("en", "-¥3", "-3"), ("en", "1,000", "1000"),
        ],
        refused=["$5", "5 USD", "¥", "abc"],
    ),
    "percent": _specimen(
        "percent", DECIMAL, decimals(4, 10**8), ["0", "0.05", "0.5", "1", "-0.1"],
        typed=[("zh", "5%", "0.05"), ("zh", "５％", "0.05"), ("en", "5", "0.05"), ("en", "12.34", "0.1234"), ("zh", "3‰", "0.003")], refused=["five"],
    ),
    "boolean": _specimen(
        "boolean", {"type": "boolean"}, st.booleans(), [True, False],
        typed=[("zh", "是", True), ("zh", "否", False), ("en", "Yes", True), ("en", "no", False), ("zh", "１", True), ("en", "", None)], refused=["maybe"],
    ),
    "choice": _specimen(
        "choice", STRING, st.sampled_from(["new", "old", "rare"]), ["new", "old"],
        typed=[("zh", "新书", "new"), ("en", "新书", "new"), ("zh", "NEW BOOK", "new"), ("en", "old", "old")], refused=["borrowed"], **{"x-options": OPTIONS},
    ),
    "multichoice": _specimen(
        "multichoice", LIST, st.lists(st.sampled_from(["new", "old", "rare"]), min_size=1, unique=True), [["new"], ["new", "old"], ["rare"]],
        typed=[("zh", "新书、old；新书", ["new", "old"]), ("en", "New book, Old book", ["new", "old"]), ("en", " ", None)], refused=["new, borrowed"],
        **{"x-options": OPTIONS},
    ),
    "tags": _specimen(
        "tags", LIST, st.lists(st.sampled_from(["new", "old"]) | st.just("好书") | st.just("a'b"), min_size=1, unique=True),
        [["new"], ["好书", "new"], ["x\"y"], ["a'b", "old"]], typed=[("zh", "新书，推荐", ["new", "推荐"])], **{"x-options": OPTIONS},
    ),
    "treechoice": _specimen(
        "treechoice", STRING, st.sampled_from(["prose", "novel", "crime", "verse"]), ["prose", "novel", "crime", "verse"],
        typed=[("zh", "散文 / 小说", "novel"), ("en", "Prose/Novel/Crime", "crime"), ("zh", "诗歌", "verse")], refused=["drama"], **{"x-options": TREE},
    ),
    "date": _specimen(
        "date", {"type": "string", "format": "date"}, DAYS, ["2026-11-21", "2026-11-20", "2026-11-16", "2026-10-31", "2025-02-28", "2024-02-29", "1990-11-21"],
        typed=[
            ("zh", "2026年1月2日", "2026-01-02"), ("en", "2026/1/2", "2026-01-02"), ("en", "Jan 2, 2026", "2026-01-02"), ("zh", "２０２６－０１－０２", "2026-01-02"),
            ("zh", "20260102", "2026-01-02"), ("en", "2 January 2026", "2026-01-02"), ("en", "1/2/2026", "2026-01-02"), ("zh", "今天", "2026-11-21"),
            ("zh", "3月5号", "2026-03-05"), ("zh", "2026.1.2", "2026-01-02"),
        ],
        refused=["2026-02-30", "2026-13-01", "1/2/26", "soon", "0001-01-01", "Janet 2, 2026"],
    ),
    "datetime": _specimen(
        "datetime", {"type": "string", "format": "date-time"}, MINUTES,
        ["2026-11-21T00:00:00Z", "2026-11-20T15:59:59Z", "2026-11-20T16:00:00Z", "2026-10-01T00:00:00Z", "2025-12-31T16:00:00Z", "2026-11-21T03:30:20Z"],
        typed=[
            ("zh", "2026年1月2日 14点30分", "2026-01-02T06:30:00Z"), ("zh", "2026-01-02 下午2:30", "2026-01-02T06:30:00Z"), ("en", "Jan 2, 2026 2:30 PM", "2026-01-02T06:30:00Z"),
            ("en", "2026-01-02T14:30", "2026-01-02T06:30:00Z"), ("en", "2026-01-02T14:30:05+02:00", "2026-01-02T12:30:05Z"), ("zh", "2026-01-02", "2026-01-01T16:00:00Z"),
            ("zh", "２０２６／１／２　８：０５", "2026-01-02T00:05:00Z"), ("zh", "2026年1月2日下午3点半", "2026-01-02T07:30:00Z"), ("en", "2026-01-02 12am", "2026-01-01T16:00:00Z"),
        ],
        refused=["2026-01-02 25:00", "14:30", "2026-01-02 13pm", "later"],
    ),
    "phone": _specimen(
        "phone", STRING, PHONES, ["+8613800138000", "+8613900139000", "+8675586013388", "+12125550123"],
        typed=[("zh", "138 0013 8000", "+8613800138000"), ("zh", "１３８００１３８０００", "+8613800138000"), ("en", "+86-138-0013-8000", "+8613800138000"), ("zh", "0755-86013388", "+8675586013388")],
        refused=["123", "abc", "138001380001"],
    ),
    "email": _specimen(
        "email", {"type": "string", "format": "email"}, st.from_regex(r"[a-z]{1,8}(\.[a-z0-9]{1,5})?@[a-z]{2,8}\.(com|cn)", fullmatch=True),
        ["a@example.com", "li.wei@example.cn"], typed=[("zh", "Li@Example.COM", "Li@example.com"), ("zh", "ａ＠ｂ．ｃｎ", "a@b.cn")],
        refused=["a@b", "a b@c.com", "李@b.cn", "a\x01@b.cn", "a@b.com\nBcc: x@y.cn", "@x.com"],
    ),
    "url": _specimen(
        "url", {"type": "string", "format": "uri"}, st.from_regex(r"https?://[a-z]{2,8}\.(com|cn)(/[a-z0-9]{0,6}){0,2}", fullmatch=True),
        ["https://example.com/a", "http://example.cn"], typed=[("en", "example.com", "https://example.com"), ("en", "example.com:8080/x", "https://example.com:8080/x"), ("zh", "https://例子.cn/图书?a=书", "https://xn--fsqu00a.cn/%E5%9B%BE%E4%B9%A6?a=%E4%B9%A6")],
        refused=["javascript:alert(1)", "data:text/html,x", "http://", "//x", "https://a b.com", "https://u:p@a.com", "https://a.com/\"onclick"],
    ),
    "address": _specimen(
        "address", {"type": "object"}, st.fixed_dictionaries({"street": STREETS}).map(lambda part: {**ADDRESS, **part}) | st.just(ADDRESS),
        [{**ADDRESS, "street": "科技园路1号"}, {"province": "110000", "city": "110100", "district": "110105"}, {"street": "Main Street"}],
        typed=[
            ("zh", "广东省深圳市南山区科技园路1号 518000", {**ADDRESS, "street": "科技园路1号", "postcode": "518000"}),
            ("zh", "北京朝阳区建国路", {"province": "110000", "city": "110100", "district": "110105", "street": "建国路"}),
            ("zh", "湖北省仙桃市沔阳大道", {"province": "420000", "city": "429000", "district": "429004", "street": "沔阳大道"}), ("en", "Main Street 5", {"street": "Main Street 5"}),
        ],
        reads_its_format=False,
    ),
    "image": _specimen("image", STRING, IDS, ["5"], refused=["a.png"], reads_its_format=False),
    "file": _specimen("file", STRING, IDS, ["5"], refused=["a.pdf"], reads_its_format=False),
    "barcode": _specimen(
        "barcode", STRING, TWELVE.map(lambda twelve: twelve + check_digit(twelve)), ["6901234567892"], typed=[("zh", "６９０１２３４５６７８９", "6901234567892")],
        refused=["6901234567893", "abc"], **{"x-symbology": "ean13"},
    ),
    "autonumber": _specimen("autonumber", STRING, LINE, ["L202611-0001", "L202611-0002"], **{"x-pattern": "L{yyyy}{mm}-{0000}", "x-reset": "month"}),
    "link": _specimen("link", STRING, IDS, ["1", "2", "3"], refused=["x", "-1", "0", "9223372036854775808"], reads_its_format=False, **{"x-entity": "book"}),
    "links": _specimen("links", LIST, st.lists(IDS, min_size=1, unique=True), [["1"], ["1", "2"]], refused=["x"], reads_its_format=False, **{"x-entity": "book"}),
    "table": _specimen(
        "table", {"type": "array"}, st.just([{"title": "x"}]), [], reads_its_format=False,
        items={"type": "object", "properties": {"title": {"type": "string", "x-type": "text", "x-label": LABEL}}},
    ),
    "lookup": _specimen("lookup", {"type": "string"}, LINE, TEXTS, **{"x-via": "book", "x-field": "title"}),
    "rollup": _specimen("rollup", {"type": "integer"}, st.integers(0, 10**9), [0, 5, 7], **{"x-via": "loans", "x-function": "count"}),
    "formula": _specimen("formula", DECIMAL, decimals(2), NUMBERS, **{"x-formula": "1 + 1", "x-scale": 2}),
    "user": _specimen("user", STRING, IDS, ["1", "2"], refused=["x"], reads_its_format=False),
    "unit": _specimen("unit", STRING, IDS, ["1", "2", "3", "4"], refused=["x"], reads_its_format=False),
    "state": _specimen("state", STRING, st.sampled_from(["open", "closed"]), ["open", "closed"], typed=[("zh", "已关闭", "closed")], refused=["lost"], **{"x-workflow": "loan"}),
    "balance": _specimen("balance", DECIMAL, decimals(1), ["0", "2.5"], **{"x-ledger": "credit"}),
    "created_at": _specimen("created_at", {"type": "string", "format": "date-time"}, MINUTES, ["2026-11-21T00:00:00Z", "2026-11-20T15:59:59Z"]),
    "created_by": _specimen("created_by", STRING, IDS, ["1", "2"], reads_its_format=False),
    "updated_at": _specimen("updated_at", {"type": "string", "format": "date-time"}, MINUTES, ["2026-11-21T00:00:00Z", "2026-11-20T15:59:59Z"]),
    "updated_by": _specimen("updated_by", STRING, IDS, ["1", "2"], reads_its_format=False),
}


def catalogue() -> Catalogue:
    """Books and loans: a workflow with two states, a ledger with one decimal, links with their other ends."""
    text = {"type": "string", "x-type": "text", "x-label": LABEL}
    book = {"$id": "book", "type": "object", "x-label": LABEL, "x-display": "title", "properties": {"title": text}}
    loan = {
        "$id": "loan", "type": "object", "x-label": LABEL, "x-display": "title",
        "properties": {
            "title": text, "book": {"type": "string", "x-type": "link", "x-entity": "book", "x-inverse": "loans", "x-label": LABEL},
            "state": {"type": "string", "x-type": "state", "x-workflow": "loan", "x-label": LABEL},
            "paid": {**DECIMAL, "x-type": "balance", "x-ledger": "credit", "x-label": LABEL},
            "place": {"type": "object", "x-type": "address", "x-label": LABEL},
            "lines": {
                "type": "array", "x-type": "table", "x-label": LABEL,
                "items": {"type": "object", "properties": {
                    "copy": {"type": "string", "x-type": "link", "x-entity": "book", "x-inverse": "lines", "x-label": LABEL},
                    "fee": {**DECIMAL, "x-type": "money", "x-label": LABEL},
                }},
            },
            "readers": {**LIST, "x-type": "links", "x-entity": "book", "x-inverse": "read_in", "x-label": LABEL},
        },
    }
    workflow = {
        "name": "loan", "entity": "loan", "label": LABEL, "initial": "open",
        "states": [{"name": "open", "label": {"zh": "进行中", "en": "Open"}, "color": "blue"}, {"name": "closed", "label": {"zh": "已关闭", "en": "Closed"}}],
        "transitions": [],
    }
    ledger = {
        "name": "credit", "label": LABEL, "account": {"entity": "loan"}, "unit": LABEL, "scale": 1, "floor": None,
        "kinds": {"give": {"label": LABEL, "from": "house", "to": "holder"}},
    }
    documents = [
        Document("entity", "book", "library", book), Document("entity", "loan", "library", loan), Document("workflow", "loan", "library", workflow),
        Document("ledger", "credit", "library", ledger),
    ]
    return parse_documents(documents, 1)


NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
