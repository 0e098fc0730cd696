"""Functions that read and build texts. Upper and lower case count everywhere except in SEARCH."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from shuke.expressions import limits, postgresql, text_format
from shuke.expressions.functions.base import Function, Sql, words
from shuke.expressions.nodes import Call
from shuke.expressions.postgresql import count, number, once, text
from shuke.expressions.types import BOOL, INTEGER, NUMBER, TEXT, Kind, Value

_NUMBER = r"^ *([+-]?[0-9]{1,18}(?:\.[0-9]{1,20})?) *$"
_WORD = re.compile(r"[A-Za-z0-9]+")
_BLANKS = re.compile("[ \u3000]+")


def _count(value: Decimal) -> int:
    """How many characters, or which one; no text is longer than the limit."""
    if value <= -1:
        raise ValueError("A negative number of characters.")
    return min(int(value), limits.TEXT_LENGTH * 10)


def _short(length: int) -> None:
    if length > limits.TEXT_LENGTH:
        raise ValueError("The text would be too long.")


def _short_sql(length: Sql, built: Sql) -> Sql:
    return sa.case((length <= limits.TEXT_LENGTH, built))


def _length(value: Sql) -> Sql:
    return sa.func.length(value, type_=sa.Integer())


def _left(value: str, length: Decimal = Decimal(1)) -> str:
    return value[: _count(length)]


def _right(value: str, length: Decimal = Decimal(1)) -> str:
    return value[max(0, len(value) - _count(length)) :]


def _mid(value: str, start: Decimal, length: Decimal) -> Value:
    first, size = _count(start), _count(length)
    return value[first - 1 : first - 1 + size] if first else None


def _mid_sql(call: Call, value: Sql, start: Sql, length: Sql) -> Sql:
    return sa.func.substr(value, sa.func.nullif(count(start), 0, type_=sa.Integer()), count(length), type_=sa.Text())


def _trim(value: str) -> str:
    return _BLANKS.sub(" ", value).strip(" ")


def _trim_sql(call: Call, value: Sql) -> Sql:
    return sa.func.btrim(sa.func.regexp_replace(value, text("[ \u3000]+"), text(" "), text("g")), text(" "), type_=sa.Text())


def _substitute(value: str, old: str, new: str) -> str:
    if not old:
        return value
    _short(len(value) + value.count(old) * (len(new) - len(old)))
    return value.replace(old, new)


def _substitute_sql(call: Call, value: Sql, old: Sql, new: Sql) -> Sql:
    def build(value: Sql, old: Sql, new: Sql) -> Sql:
        cut = _length(value) - _length(sa.func.replace(value, old, text("")))
        grown = _length(value) - cut + cut // sa.func.greatest(_length(old), 1, type_=sa.Integer()) * _length(new)
        return sa.case((sa.and_(old == text(""), new.is_not(None)), value), (grown <= limits.TEXT_LENGTH, sa.func.replace(value, old, new)))

    return once(build, value, old, new)


def _replace(value: str, start: Decimal, length: Decimal, new: str) -> Value:
    first, size = _count(start), _count(length)
    return value[: first - 1] + new + value[first - 1 + size :] if first else None


def _replace_sql(call: Call, value: Sql, start: Sql, length: Sql, new: Sql) -> Sql:
    def build(value: Sql, start: Sql, length: Sql) -> Sql:
        return sa.func.substr(value, 1, start - 1, type_=sa.Text()).concat(new).concat(sa.func.substr(value, start + length, type_=sa.Text()))

    return once(build, value, sa.func.nullif(count(start), 0, type_=sa.Integer()), count(length))


def _find(part: str, value: str, start: Decimal = Decimal(1)) -> Value:
    first = _count(start)
    place = value[first - 1 :].find(part) if first else -1
    return Decimal(place + first) if place >= 0 else None


def _search(part: str, value: str, start: Decimal = Decimal(1)) -> Value:
    return _find(part.lower(), value.lower(), start)


def _find_sql(call: Call, part: Sql, value: Sql, *start: Sql) -> Sql:
    def build(start: Sql) -> Sql:
        place = sa.func.nullif(sa.func.strpos(sa.func.substr(value, start), part), 0, type_=sa.Integer())
        return sa.cast(place + start - 1, sa.Numeric())

    return once(build, sa.func.nullif(count(start[0] if start else number(1)), 0, type_=sa.Integer()))


def _lower(value: Sql) -> Sql:
    return postgresql.by_code_point(sa.func.lower(postgresql.unicode(value), type_=sa.Text()))


def _contains(value: Any, part: str) -> bool:
    return part in value


def _contains_sql(call: Call, value: Sql, part: Sql) -> Sql:
    if call.arguments[0].type.kind is Kind.LIST:
        return sa.func.jsonb_exists(value, part, type_=sa.Boolean())
    return sa.func.strpos(value, part, type_=sa.Integer()) > 0


def _repeat(value: str, times: Decimal) -> str:
    repetitions = _count(times)
    _short(len(value) * repetitions)
    return value * repetitions


def _repeat_sql(call: Call, value: Sql, times: Sql) -> Sql:
    def build(value: Sql, times: Sql) -> Sql:
        return _short_sql(sa.cast(_length(value), sa.BigInteger()) * times, sa.func.repeat(value, times, type_=sa.Text()))

    return once(build, value, count(times))


def _pad(value: str, length: Decimal, fill: str, *, left: bool) -> Value:
    size = _count(length)
    _short(size)
    if not fill or len(value) >= size:
        return value
    padding = (fill * (size // len(fill) + 1))[: size - len(value)]
    return padding + value if left else value + padding


def _pad_sql(name: str) -> Callable[..., Sql]:
    def sql(call: Call, value: Sql, length: Sql, *fill: Sql) -> Sql:
        def build(value: Sql, length: Sql, filling: Sql) -> Sql:
            padded = getattr(sa.func, name)(value, length, filling, type_=sa.Text())
            return _short_sql(length, sa.case((sa.and_(filling.is_not(None), sa.or_(filling == text(""), _length(value) >= length)), value), else_=padded))

        return once(build, value, count(length), fill[0] if fill else text(" "))

    return sql


def _to_number(value: str) -> Value:
    found = re.match(_NUMBER, value.replace(",", ""), re.ASCII)
    return Decimal(found[1]) if found and not value.endswith("\n") else None


def _value_sql(call: Call, value: Sql) -> Sql:
    plain = sa.func.replace(value, text(","), text(""), type_=sa.Text())
    return sa.cast(sa.func.substring(plain, text(_NUMBER)), sa.Numeric())


def _proper(value: str) -> str:
    return _WORD.sub(lambda found: found[0].capitalize(), value)


def _join(separator: str | None, skip: bool, *values: Value) -> Value:
    return None if separator is None else separator.join(str(value or "") for value in values if value or not skip)


def _join_sql(call: Call, separator: Sql, skip: Sql, *values: Sql) -> Sql:
    def build(skip: Sql) -> Sql:
        instead = sa.case((sa.not_(skip), text("")))
        parts = [sa.func.coalesce(sa.func.nullif(value, text("")), instead, type_=sa.Text()) for value in values]
        return sa.func.concat_ws(separator, *parts, type_=sa.Text())

    return once(build, skip)


def _before(value: str, mark: str) -> Value:
    place = value.find(mark)
    return value[:place] if place >= 0 and mark else None


def _after(value: str, mark: str) -> Value:
    place = value.find(mark)
    return value[place + len(mark) :] if place >= 0 and mark else None


def _before_sql(call: Call, value: Sql, mark: Sql) -> Sql:
    def build(value: Sql, mark: Sql) -> Sql:
        place = sa.func.nullif(sa.func.strpos(value, sa.func.nullif(mark, text(""))), 0, type_=sa.Integer())
        return sa.func.left(value, place - 1, type_=sa.Text())

    return once(build, value, mark)


def _after_sql(call: Call, value: Sql, mark: Sql) -> Sql:
    def build(value: Sql, mark: Sql) -> Sql:
        place = sa.func.nullif(sa.func.strpos(value, sa.func.nullif(mark, text(""))), 0, type_=sa.Integer())
        return sa.func.substr(value, place + _length(mark), type_=sa.Text())

    return once(build, value, mark)


def _character(code: Decimal) -> Value:
    point = int(code)
    return chr(point) if 32 <= point < 0xD800 else None


def _character_sql(call: Call, code: Sql) -> Sql:
    def build(point: Sql) -> Sql:
        return sa.case((sa.and_(point >= 32, point < 0xD800), sa.func.chr(point, type_=sa.Text())))

    return once(build, count(code))


def _masked(value: str, start: Decimal, end: Decimal) -> str:
    first, last = _count(start), _count(end)
    hidden = max(0, len(value) - first - last)
    return value[:first] + "*" * hidden + value[first + hidden :]


def _masked_sql(call: Call, value: Sql, start: Sql, end: Sql) -> Sql:
    def build(value: Sql, start: Sql, end: Sql) -> Sql:
        hidden = sa.func.greatest(_length(value) - start - end, 0, type_=sa.Integer())
        shown = sa.func.substr(value, 1, start, type_=sa.Text()).concat(sa.func.repeat(text("*"), hidden, type_=sa.Text()))
        return sa.case((end.is_not(None), shown.concat(sa.func.substr(value, start + hidden + 1, type_=sa.Text()))))

    return once(build, value, count(start), count(end))


def _concatenated(values: tuple[Sql, ...]) -> Sql:
    result = values[0]
    for value in values[1:]:
        result = result.concat(value)
    return result


def _text(name: str, takes: str, gives: Any, zh: str, en: str, examples: tuple[tuple[str, Any], ...],
          evaluate: Callable[..., Value], sql: Callable[..., Sql], **options: Any) -> Function:
    return Function(name, "texts", takes, gives, words(zh, en), examples, evaluate, sql, **options)


FUNCTIONS = [
    _text("CONCAT", "(text:text)+", TEXT, "把几段文字连在一起。", "Joins the texts.", (("CONCAT(\"No. \", quantity)", "No. 3"),),
          lambda *values: "".join(values), lambda call, *values: _concatenated(values)),
    _text("CONCATENATE", "(text:text)+", TEXT, "同 CONCAT。", "The same as CONCAT.", (("CONCATENATE(\"a\", \"b\")", "ab"),),
          lambda *values: "".join(values), lambda call, *values: _concatenated(values)),
    _text("TEXTJOIN", "separator:text skip_blank:bool (text:text)+", TEXT, "用分隔符连接几段文字；第二项为 TRUE 时略过空的。",
          "Joins the texts with a separator; TRUE leaves out blank ones.",
          (("TEXTJOIN(\", \", TRUE, \"a\", \"\", \"b\")", "a, b"), ("TEXTJOIN(\"-\", FALSE, \"a\", \"\", \"b\")", "a--b")), _join, _join_sql, strict=False),
    _text("LEFT", "text:text count:number?", TEXT, "左起若干个字符。", "The first characters.", (("LEFT(\"abcd\", 2)", "ab"), ("LEFT(\"abcd\")", "a")),
          _left, lambda call, value, *length: sa.func.left(value, count(length[0]) if length else 1, type_=sa.Text())),
    _text("RIGHT", "text:text count:number?", TEXT, "右起若干个字符。", "The last characters.", (("RIGHT(\"abcd\", 2)", "cd"),),
          _right, lambda call, value, *length: sa.func.right(value, count(length[0]) if length else 1, type_=sa.Text())),
    _text("MID", "text:text start:number count:number", TEXT, "从某个位置起的若干个字符。", "Characters from a position on.",
          (("MID(\"abcdef\", 3, 2)", "cd"), ("MID(\"abc\", 0, 1)", None)), _mid, _mid_sql),
    _text("LEN", "text:text", INTEGER, "字符个数。", "How many characters the text has.", (("LEN(\"你好\")", 2), ("LEN(\"\")", 0)),
          lambda value: Decimal(len(value)), lambda call, value: sa.cast(_length(value), sa.Numeric())),
    _text("UPPER", "text:text", TEXT, "转为大写。", "In capital letters.", (("UPPER(\"abC\")", "ABC"),), str.upper,
          lambda call, value: postgresql.by_code_point(sa.func.upper(postgresql.unicode(value), type_=sa.Text()))),
    _text("LOWER", "text:text", TEXT, "转为小写。", "In small letters.", (("LOWER(\"AbC\")", "abc"),), str.lower,
          lambda call, value: _lower(value)),
    _text("PROPER", "text:text", TEXT, "英文单词首字母大写。", "Each English word with a capital letter.", (("PROPER(\"sea STORIES\")", "Sea Stories"),),
          _proper, lambda call, value: sa.func.initcap(postgresql.by_code_point(value), type_=sa.Text())),
    _text("TRIM", "text:text", TEXT, "去掉首尾空格，中间的空格只留一个。", "Without blanks at the ends, and one at most between words.",
          (("TRIM(\"  a   b \")", "a b"),), _trim, _trim_sql),
    _text("SUBSTITUTE", "text:text old:text new:text", TEXT, "把文字中的某段全部换成另一段。", "Replaces each occurrence of a text.",
          (("SUBSTITUTE(\"a-b-c\", \"-\", \"/\")", "a/b/c"),), _substitute, _substitute_sql),
    _text("REPLACE", "text:text start:number count:number new:text", TEXT, "替换从某个位置起的若干个字符。",
          "Replaces so many characters from a position on.", (("REPLACE(\"abcdef\", 2, 3, \"*\")", "a*ef"),), _replace, _replace_sql),
    _text("FIND", "part:text text:text start:number?", INTEGER, "某段文字第一次出现的位置，区分大小写；没有则为空。",
          "Where a text first occurs, upper and lower case different; blank if it does not.",
          (("FIND(\"c\", \"abc\")", 3), ("FIND(\"C\", \"abc\")", None), ("FIND(\"a\", \"banana\", 3)", 4)), _find, _find_sql),
    _text("SEARCH", "part:text text:text start:number?", INTEGER, "某段文字第一次出现的位置，不区分大小写；没有则为空。",
          "Where a text first occurs, upper and lower case alike; blank if it does not.", (("SEARCH(\"C\", \"abc\")", 3),), _search,
          lambda call, part, value, *start: _find_sql(call, _lower(part), _lower(value), *start)),
    _text("CONTAINS", "text:text_or_list part:text", BOOL, "文字是否含有某段文字，或列表是否含有某项。", "Whether a text has a part, or a list an item.",
          (("CONTAINS(title, \"Sea\")", True), ("CONTAINS(tags, \"rare\")", True), ("CONTAINS(tags, \"ra\")", False)), _contains, _contains_sql),
    _text("STARTSWITH", "text:text part:text", BOOL, "文字是否以某段文字开头。", "Whether the text begins so.",
          (("STARTSWITH(title, \"Sea\")", True),), str.startswith, lambda call, value, part: sa.func.starts_with(value, part, type_=sa.Boolean())),
    _text("ENDSWITH", "text:text part:text", BOOL, "文字是否以某段文字结尾。", "Whether the text ends so.", (("ENDSWITH(title, \"ies\")", True),),
          str.endswith, lambda call, value, part: once(lambda part: sa.func.right(value, _length(part)) == part, part)),
    _text("EXACT", "first:text second:text", BOOL, "两段文字是否完全相同。", "Whether two texts are the same.", (("EXACT(\"a\", \"A\")", False),),
          lambda first, second: first == second, lambda call, first, second: first == second),
    _text("REPT", "text:text times:number", TEXT, "把文字重复若干次。", "The text so many times.", (("REPT(\"ab\", 3)", "ababab"), ("REPT(\"a\", 1000000000)", None)),
          _repeat, _repeat_sql),
    _text("PADLEFT", "text:text length:number fill:text?", TEXT, "在左边补足到某个长度。", "Filled up on the left to a length.",
          (("PADLEFT(7, 3, \"0\")", "007"),), lambda value, length, fill=" ": _pad(value, length, fill, left=True), _pad_sql("lpad")),
    _text("PADRIGHT", "text:text length:number fill:text?", TEXT, "在右边补足到某个长度。", "Filled up on the right to a length.",
          (("PADRIGHT(\"ab\", 4, \".\")", "ab.."),), lambda value, length, fill=" ": _pad(value, length, fill, left=False), _pad_sql("rpad")),
    _text("TEXT", "value:any format:=text", TEXT, "按格式写成文字，如 \"0.00\"、\"#,##0\"、\"0%\"、\"yyyy-mm-dd\"。",
          "Writes a value in a format such as \"0.00\", \"#,##0\", \"0%\" or \"yyyy-mm-dd\".",
          (("TEXT(1234.5, \"#,##0.00\")", "1,234.50"), ("TEXT(0.085, \"0.0%\")", "8.5%"), ("TEXT(7, \"000\")", "007"),
           ("TEXT(due, \"yyyy年m月d日\")", "2024年1月31日")), text_format.written, text_format.sql, check=text_format.check),
    _text("VALUE", "text:text", NUMBER, "把文字读成数字，读不出则为空。", "Reads a number from a text, blank if it is none.",
          (("VALUE(\"1,234.50\")", "1234.5"), ("VALUE(\"abc\")", None)), _to_number, _value_sql),
    _text("TEXTBEFORE", "text:text mark:text", TEXT, "标记之前的文字，没有标记则为空。", "What stands before the first mark, blank without one.",
          (("TEXTBEFORE(\"a@b\", \"@\")", "a"),), _before, _before_sql),
    _text("TEXTAFTER", "text:text mark:text", TEXT, "标记之后的文字，没有标记则为空。", "What stands after the first mark, blank without one.",
          (("TEXTAFTER(\"a@b\", \"@\")", "b"),), _after, _after_sql),
    _text("REVERSE", "text:text", TEXT, "把文字倒过来。", "The text backwards.", (("REVERSE(\"abc\")", "cba"),), lambda value: value[::-1],
          lambda call, value: sa.func.reverse(value, type_=sa.Text())),
    _text("CHAR", "code:number", TEXT, "编码对应的字符，如 CHAR(10) 之外的可见字符。", "The visible character of a code.", (("CHAR(65)", "A"), ("CHAR(0)", None)),
          _character, _character_sql),
    _text("CODE", "text:text", INTEGER, "首个字符的编码。", "The code of the first character.", (("CODE(\"A\")", 65), ("CODE(\"\")", None)),
          lambda value: Decimal(ord(value[0])) if value else None,
          lambda call, value: sa.cast(sa.func.ascii(sa.func.nullif(value, text(""))), sa.Numeric())),
    _text("MASK", "text:text keep_start:number keep_end:number", TEXT, "只保留首尾若干个字符，其余换成星号。",
          "Only the first and last characters, stars between them.", (("MASK(\"13812345678\", 3, 4)", "138****5678"),), _masked, _masked_sql),
]

