"""The search over everything, for programs."""

from typing import Any


def test_a_program_finds_what_its_user_may_see_and_where_it_was_found(vera: Any) -> None:
    book = vera.post("/records/book", {"title": "镜花缘", "isbn": "978-7-5366"})
    (group,) = vera.get("/search?q=jinghuayuan")["groups"]
    assert group["entity"] == "book" and group["total"] == 1 and not group["capped"]
    assert group["hits"][0] == {
        "id": book["id"], "title": "镜花缘", "field": "title", "text": "镜花缘", "exact": False, "marks": [{"text": "镜花缘", "found": True}],
    }
    (group,) = vera.get("/search?q=97875366")["groups"]
    assert group["hits"][0]["field"] == "isbn" and group["hits"][0]["exact"]


def test_the_search_is_described_and_checks_its_limit(vera: Any) -> None:
    described = vera.get("/openapi.json")["paths"]["/search"]["get"]
    assert {one["name"] for one in described["parameters"]} == {"q", "limit", "lang"}
    assert vera.get("/search?q=")["groups"] == []
    assert vera.ask("GET", "/search?q=a&limit=0").status_code == 422
