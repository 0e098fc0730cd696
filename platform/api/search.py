"""The search over all records that the program's user may read."""

from flask import Response, request

from shuke import records
from shuke.api import parameters as given
from shuke.api.answers import answer
from shuke.api.blueprint import Parameter, operation
from shuke.api.requests import number
from shuke.records import Found, Hit
from shuke.records.marking import marked
from shuke.screens.visitor import actor

_MOST = 50
_LONGEST = 200
_TEXT = Parameter(
    "q", "query", {"zh": "搜索文字：名称、拼音、首字母、号码的任意一段", "en": "What to search for: names, pinyin, initials, any part of a number"}, required=True,
)
_EACH = Parameter("limit", "query", {"zh": "每种记录最多几条", "en": "At most so many records of each form"}, {"type": "integer", "minimum": 1, "maximum": _MOST, "default": 8})


@operation(
    "GET", "/search", {"zh": "搜索全部记录", "en": "Search all records"}, tag="records", parameters=(_TEXT, _EACH, given.LANG), answer="finds",
)
def search_records() -> Response:
    text = request.args.get("q", "").strip()[:_LONGEST]
    found = records.search_everywhere(actor(), text, limit=number("limit", 8, _MOST))
    return answer({"groups": [_group(one, text) for one in found]})


def _group(found: Found, text: str) -> dict[str, object]:
    return {
        "entity": found.entity.name, "label": dict(found.entity.label), "total": found.total, "capped": found.capped,
        "hits": [_hit(hit, text) for hit in found.hits],
    }


def _hit(hit: Hit, text: str) -> dict[str, object]:
    """`marks` are the pieces of the text in which it was found, each with whether it was searched for."""
    shown = hit.text if hit.field else hit.record.title
    return {
        "id": str(hit.record.id), "title": hit.record.title, "field": hit.field.name if hit.field else hit.record.entity.display, "text": shown,
        "exact": hit.whole, "marks": [{"text": piece, "found": is_found} for piece, is_found in marked(shown, text)],
    }
