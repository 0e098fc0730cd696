"""What a printed document names has to exist, down to the placeholders in its words."""

from pathlib import Path
from typing import Any

import pytest

from shuke.core.i18n import use_locale
from shuke.definitions.load import load_template, system_documents
from shuke.definitions.model import Document
from shuke.definitions.problems import DefinitionErrors
from shuke.publishing.checks import check

LIBRARY = Path(__file__).parent.parent / "templates" / "library"


def problems(blocks: list[dict[str, Any]], entity: str = "book", **more: Any) -> list[str]:
    body = {"name": "page", "entity": entity, "label": {"zh": "页", "en": "Page"}, "blocks": blocks, **more}
    with use_locale("en"):
        try:
            check([*system_documents(), *load_template(LIBRARY), Document("document", "page", "lending", body)], 1)
        except DefinitionErrors as errors:
            return [f"{problem.path}: {problem.message}" for problem in errors.problems]
    return []


CHART: dict[str, Any] = {"type": "chart", "chart": "bar", "label": {"zh": "图", "en": "Chart"}, "group": ["condition"]}
FINE: list[dict[str, Any]] = [
    {"type": "text", "text": {"zh": "{{ title }} {{ COUNT(copies) }}", "en": "{{ title }}"}},
    {"type": "table", "field": "authors", "columns": ["name"], "sums": []},
    {"type": "related", "entity": "copy", "via": "book", "columns": ["number", "book.title"], "where": "condition = \"new\"", "sort": ["-number"]},
    {"type": "columns", "columns": [{"blocks": [{"type": "fields", "fields": ["isbn"]}]}, {"blocks": [{"type": "barcode", "field": "isbn"}]}]},
    {"type": "total", "fields": ["price"], "strong": "price"},
    {"type": "figures", "fields": ["price", "copy_count"], "columns": 4},
    {
        "type": "chart", "chart": "bar", "entity": "copy", "via": "book", "where": "condition = \"new\"", "group": ["created_at:month"], "date": "created_at",
        "period": "last_12_months", "label": {"zh": "图", "en": "Chart"},
    },
]


def test_a_document_whose_names_exist_passes() -> None:
    assert problems(FINE, number="isbn", date="created_at", paper="label_60x40", head=False, order=3) == []
    assert problems([{"type": "movements", "ledger": "fines", "limit": 20}], "reader") == []
    assert problems([{"type": "chart", "chart": "line", "ledger": "fines", "group": ["at:month"], "label": {"zh": "图", "en": "Chart"}}], "reader") == []


@pytest.mark.parametrize(("block", "where"), [
    ({"type": "text", "text": {"zh": "{{ titel }}", "en": "x"}}, "blocks/0/text/zh"),
    ({"type": "heading", "text": {"zh": "x", "en": "{{ price + }}"}}, "blocks/0/text/en"),
    ({"type": "related", "entity": "kopy", "via": "book", "columns": ["number"]}, "blocks/0/entity"),
    ({"type": "related", "entity": "copy", "via": "bok", "columns": ["number"]}, "blocks/0/via"),
    ({"type": "related", "entity": "loan", "via": "reader", "columns": ["number"]}, "blocks/0/via"),
    ({"type": "related", "entity": "copy", "via": "book", "columns": ["numbr"]}, "blocks/0/columns/0"),
    ({"type": "related", "entity": "copy", "via": "book", "columns": ["number"], "where": "title = 1"}, "blocks/0/where"),
    ({"type": "related", "entity": "copy", "via": "book", "columns": ["number"], "sort": ["-age"]}, "blocks/0/sort/0"),
    ({"type": "related", "entity": "copy", "via": "book", "columns": ["number"], "sums": ["book"]}, "blocks/0/sums/0"),
    ({"type": "movements", "ledger": "money"}, "blocks/0/ledger"),
    ({"type": "movements", "ledger": "fines"}, "blocks/0/ledger"),
    ({**CHART, "entity": "kopy", "via": "book"}, "blocks/0/entity"),
    ({**CHART, "entity": "copy"}, "blocks/0/via"),
    ({**CHART, "entity": "loan", "via": "reader"}, "blocks/0/via"),
    ({**CHART, "entity": "copy", "via": "book", "group": ["colour"]}, "blocks/0/group/0"),
    ({**CHART, "entity": "copy", "via": "book", "group": ["created_at"]}, "blocks/0/group/0"),
    ({**CHART, "entity": "copy", "via": "book", "where": "title = 1"}, "blocks/0/where"),
    ({**CHART, "entity": "copy", "via": "book", "measures": [{"function": "sum", "field": "condition"}]}, "blocks/0/measures/0/field"),
    ({**CHART, "entity": "copy", "via": "book", "period": "this_year"}, "blocks/0/period"),
    ({**CHART, "ledger": "fines", "group": ["at:month"]}, "blocks/0/ledger"),
    ({**CHART, "group": ["number"]}, "blocks/0"),
    ({"type": "image", "field": "isbn"}, "blocks/0/field"),
    ({"type": "total", "fields": ["price"], "strong": "value"}, "blocks/0/strong"),
    ({"type": "table", "field": "authors", "columns": ["nam"]}, "blocks/0/columns/0"),
    ({"type": "columns", "columns": [{"blocks": [{"type": "fields", "fields": ["isbm"]}]}, {"blocks": [{"type": "barcode", "field": "isbn"}]}]},
     "blocks/0/columns/0/blocks/0/fields/0"),
])
def test_a_wrong_name_is_told_with_its_place(block: dict[str, Any], where: str) -> None:
    assert any(said.startswith(f"{where}: ") for said in problems([block])), problems([block])


def test_the_number_and_date_of_the_head_are_paths() -> None:
    assert any(said.startswith("number: ") for said in problems(FINE, number="nummer"))


@pytest.mark.parametrize("block", [
    {"type": "columns", "columns": [{"blocks": [{"type": "pagebreak"}]}, {"blocks": [{"type": "pagebreak"}]}]},
    {"type": "movements"}, {"type": "image", "field": "isbn", "size": 900}, {"type": "chart"},
])
def test_what_the_vocabulary_does_not_know_is_refused(block: dict[str, Any]) -> None:
    assert problems([block])
    assert problems(FINE, paper="A3")


@pytest.mark.parametrize(("more", "where"), [
    ({"paper": "A4", "sheet": {"columns": 2, "rows": 2}}, "sheet"), ({"paper": "label_100x70", "sheet": {"columns": 3, "rows": 2}}, "sheet"),
    ({"paper": "label_60x40", "sheet": {"columns": 3, "rows": 7, "gap_down": 3}}, "sheet"), ({"paper": "58mm", "orientation": "landscape"}, "orientation"),
])
def test_what_is_said_of_the_paper_fits_the_paper(more: dict[str, Any], where: str) -> None:
    assert any(said.startswith(f"{where}: ") for said in problems(FINE, **more)), problems(FINE, **more)


def test_labels_that_fit_their_sheet_are_fine() -> None:
    assert not problems(FINE, paper="label_60x40", sheet={"columns": 3, "rows": 7, "gap_down": 1})
    assert not problems([{"type": "signature", "label": {"zh": "签字", "en": "Signed"}}, {"type": "space", "height": 4}, {"type": "columns", "columns": [{"blocks": []}, {"blocks": [{"type": "divider"}]}]}])
