"""Addresses and forms that nobody clicked together: answered like anything unknown, whatever they say."""

import base64
import json
import re
from pathlib import Path

import pytest
from reading_room import Person, Room

HUGE = ("9999999999999999999", "9" * 30, "9" * 5000, "9223372036854775808", "-9223372036854775809", "٣", "1e5", "")
DEEP = "[" * 200_000
PLATFORM = Path(__file__).parents[2] / "platform"


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("number", HUGE)
def test_a_number_that_no_column_holds_is_no_fault(vera: Person, room: Room, number: str) -> None:
    reader, book = f"/r/reader/{room.ids['li']}", f"/r/book/{room.ids['three_body']}"
    addresses = (
        f"{reader}/history?before={number}", f"{reader}/history/mobile?before={number}", f"{reader}/timeline?after=" + _packed(f'{{"changes":"{number}"}}'),
        f"{book}/movements/points?before={number}", f"/r/reader/print?id={number}", f"/r/reader/print.pdf?id={number}", f"/r/book?saved={number}",
        f"/r/book?from={number}&sort=title", "/r/book?after=" + _packed(f'[["v",{number or 0}],["v",{number or 0}]]'), f"/r/book?f.id.is={number}", f"/d/circulation/parts/{number}",
        f"/r/book?part=circulation.{number}", f"/admin/sign-ins?before={number}", f"/r/book/{number}/cell/title", f"{book}/cell/title?related={number}",
        f"{reader}/comments/{number}", f"{reader}/comments/9223372036854775807",
    )
    for address in addresses:
        assert vera.get(address).status_code < 500, address
    posts = (
        ("/r/book/bulk/delete", {"ids": number}), ("/r/book/bulk/edit", {"ids": number, "field": "title"}), ("/r/book/recycle", {"id": number}),
        ("/r/book/views/first", {"view": number}), ("/r/book/live", {"_id": number}), (f"{book}/delete", {"_revision": number}),
        (f"{reader}/history/mobile/restore", {"entry": number, "side": "old"}), (f"/bulk/{number or 1}/undo", {}),
    )
    for address, form in posts:
        assert vera.post(address, form).status_code < 500, address


def test_json_that_is_nested_without_end_is_no_fault(vera: Person, room: Room) -> None:
    address = f"/r/book/{room.ids['three_body']}"
    form = vera.form(f"{address}/edit")
    form["_initial"] = DEEP
    assert vera.post(f"{address}/edit", form).status_code < 500
    assert vera.post(f"{address}/cell/title", {"_field": "title", "title": "A", "_was": DEEP, "_revision": "99"}).status_code < 500
    for packed in (_packed(DEEP[:30_000]), _packed('{"changes":' + DEEP[:30_000])):
        assert vera.get(f"{address}/timeline?after={packed}").status_code == 422
        assert vera.get(f"/r/book?after={packed}").status_code == 422


def test_whole_numbers_are_read_within_bounds_everywhere() -> None:
    loose = [str(path) for part in ("runtime", "web", "screens") for path in (PLATFORM / part).glob("*.py")
             if path.name != "cli.py" and re.search(r"type=int\)", path.read_text("utf-8"))]
    assert loose == []


def test_conditions_without_end_are_refused_before_they_are_read(vera: Person) -> None:
    for text in ("all(" + "title.is:a;" * 5000 + "title.is:a)", "all(title.in:" + "a," * 20_000 + "a)", "all(" * 5000, "any()" * 3000):
        assert vera.get(f"/r/book?c={text}").status_code == 422


def test_a_cell_without_its_value_is_asked_for_again(vera: Person, room: Room) -> None:
    address = f"/r/book/{room.ids['three_body']}/cell/title"
    before = room.scalar("SELECT title FROM e_book WHERE id = :id", id=room.ids["three_body"])
    assert vera.post(address, {"_was": json.dumps(before)}).status_code == 422
    assert room.scalar("SELECT title FROM e_book WHERE id = :id", id=room.ids["three_body"]) == before


def test_paths_and_orders_without_end_are_refused_or_passed_over(vera: Person) -> None:
    """A link from an entity to itself can be followed for ever."""
    for length in (9, 60, 1000):
        path = ".".join(["parent"] * length)
        for query in (f"cols={path}", f"sort={path}.name", f"f.{path}.is=1", f"group={path}", f"totals={path}~count", f"c=all({path}.is:1)"):
            assert vera.get(f"/r/unit?{query}").status_code < 500, query[:80]
    assert vera.get("/r/book?" + "&".join(["sort=title"] * 2500)).status_code < 500
    assert vera.get("/r/book?" + "&".join(f"f.title.is=a{place}&f.title.contains=b{place}" for place in range(2500))).status_code < 500
    assert vera.get("/r/book?" + "&".join(f"f.price.{name}=1" for name in ("is", "gt", "lt", "x") for _again in range(500))).status_code < 500
    assert vera.get("/r/book?c=any(" + ";".join("title.contains:a" for _one in range(59)) + ")").status_code == 200
