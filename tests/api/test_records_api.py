"""Records over the API: create, read, change, list, step, sum, delete; for those who may, and refused for the others."""

from typing import Any

import jsonschema
import pytest

BOOK = {"title": "Emma", "isbn": "978-0", "price": "12.5", "authors": [{"name": "Jane Austen"}]}


def test_a_record_is_created_read_changed_and_deleted(vera: Any) -> None:
    made = vera.ask("POST", "/records/book", BOOK)
    assert made.status_code == 201, made.text
    book = made.json
    assert made.headers["ETag"] == '"1"'
    assert made.headers["Location"] == f"/api/v1/records/book/{book['id']}"
    assert book["price"] == "12.50" or book["price"] == "12.5"
    assert book["authors"][0]["role"] == "author"
    assert vera.get(f"/records/book/{book['id']}") == book
    changed = vera.ask("PATCH", f"/records/book/{book['id']}", {"price": "13", "isbn": None}, If_Match='"1"')
    assert changed.json["revision"] == 2
    assert "isbn" not in changed.json
    stale = vera.ask("PATCH", f"/records/book/{book['id']}", {"price": "14"}, If_Match='"1"')
    assert (stale.status_code, stale.json["revision"]) == (409, 2)
    assert vera.ask("DELETE", f"/records/book/{book['id']}", If_Match='"2"').status_code == 204
    assert vera.ask("GET", f"/records/book/{book['id']}").status_code == 404
    assert vera.post(f"/records/book/{book['id']}/restore")["title"] == "Emma"


def test_a_list_can_be_filtered_sorted_searched_and_paged(vera: Any) -> None:
    for number in range(5):
        vera.post("/records/book", {"title": f"Almanac {number}", "price": str(number)})
    page = vera.get('/records/book?where=STARTSWITH(title,"Almanac")&sort=-title&limit=2&fields=title,price')
    assert [book["title"] for book in page["records"]] == ["Almanac 4", "Almanac 3"]
    assert page["count"] == 5
    following = vera.get(f'/records/book?where=STARTSWITH(title,"Almanac")&sort=-title&limit=2&fields=title&after={page["next"]}')
    assert [book["title"] for book in following["records"]] == ["Almanac 2", "Almanac 1"]
    assert {book["title"] for book in vera.get("/records/book?f.price.ge=3&q=almanac")["records"]} == {"Almanac 3", "Almanac 4"}


def test_sums_are_exact_and_grouped(vera: Any) -> None:
    for number in ("0.10", "0.20"):
        vera.post("/records/book", {"title": f"Cheap {number}", "price": number, "genre": "physics"})
    found = vera.get("/records/book/aggregate?group=genre&measure=sum:price&measure=count&where=LEFT(title,5)=\"Cheap\"")
    assert found["groups"] == [{"key": {"genre": "physics"}, "titles": {}, "measures": {"sum:price": "0.3", "count": 2}}]


def test_a_step_of_the_workflow_is_taken_once(vera: Any) -> None:
    reader = vera.post("/records/reader", {"name": "Ann"})
    loan = vera.post("/records/loan", {"reader": reader["id"], "since": "2026-01-02"})
    assert loan["_titles"]["reader"] == "Ann"
    path = f"/records/loan/{loan['id']}/transitions"
    assert {step["name"] for step in vera.get(path)["transitions"]} == {"give_back", "lose"}
    assert vera.post(f"{path}/give_back", {})["state"] == "returned"
    again = vera.ask("POST", f"{path}/give_back", {})
    assert again.status_code == 422
    assert again.json["errors"][""] == ["“Give back” is not possible from “Returned”."]
    assert vera.ask("POST", f"{path}/fly", {}).status_code == 404
    history = vera.get(f"/records/loan/{loan['id']}/history")["entries"]
    assert [entry["action"] for entry in history] == ["updated", "created"]


def test_errors_are_problem_documents_in_the_language_that_is_asked_for(vera: Any) -> None:
    refused = vera.ask("POST", "/records/book", {"price": "much", "colour": "red"})
    assert refused.status_code == 422
    assert refused.content_type.startswith("application/problem+json")
    assert set(refused.json) == {"type", "title", "status", "detail", "errors"}
    assert {"price", "colour"} <= set(refused.json["errors"])
    chinese = vera.ask("POST", "/records/book", {}, Accept_Language="zh-CN")
    assert chinese.json["errors"]["title"] != vera.ask("POST", "/records/book", {}).json["errors"]["title"]


def test_without_a_token_or_with_a_wrong_one_nothing_is_told(library: Any, vera: Any) -> None:
    for token in ("", "shuke_nonsense", "nonsense"):
        program = library.program()
        program.token = token
        for path in ("/records/book", "/openapi.json", "/definitions", "/schemas"):
            response = program.ask("GET", path)
            assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    vera.client.set_cookie("shuke", "anything")
    vera.token = ""
    assert vera.ask("GET", "/records/book").status_code == 401


def test_a_volunteer_does_not_see_what_is_hidden_and_cannot_use_it(vera: Any, nora: Any) -> None:
    book = vera.post("/records/book", BOOK)
    seen = nora.get(f"/records/book/{book['id']}")
    assert "price" not in seen
    assert "price" not in nora.get("/schemas/book")["properties"]
    assert "price" not in nora.get("/openapi.json")["components"]["schemas"]["record.book"]["properties"]
    for query in ("where=price>1", "sort=price", "f.price.gt=1", "fields=price,nothing"):
        assert nora.ask("GET", f"/records/book?{query}").status_code == 422, query
    assert nora.ask("GET", "/records/book/aggregate?measure=sum:price").status_code == 422
    assert nora.ask("POST", "/records/book", BOOK).status_code == 403
    assert nora.ask("PATCH", f"/records/book/{book['id']}", {"title": "X"}).status_code == 403
    assert nora.ask("GET", "/records/book/export.csv").status_code == 403


def test_an_absent_and_a_forbidden_record_look_the_same(vera: Any, nora: Any) -> None:
    reader = vera.post("/records/reader", {"name": "Head office's reader"})
    for path in ("", "/history", "/transitions", "/documents/default.pdf"):
        forbidden = nora.ask("GET", f"/records/reader/{reader['id']}{path}")
        absent = nora.ask("GET", f"/records/reader/1{path}")
        assert (forbidden.status_code, forbidden.json) == (absent.status_code, absent.json) == (404, absent.json)
    assert nora.ask("GET", "/records/fine_payment").json == nora.ask("GET", "/records/unheard_of").json


@pytest.mark.parametrize("content", [
    b"{", b"[]", b"\xff", b'{"title": NaN}', b'{"title": ' + b"[" * 40 + b"]" * 40 + b"}", b"[" * 100_000, b'{"price": ' + b"9" * 400 + b"}",
    b'{"title": "a", "title": "b"}', b'"' * 5,
])
def test_a_body_that_is_no_sound_json_object_is_refused(vera: Any, content: bytes) -> None:
    response = vera.client.post("/api/v1/records/book", data=content, headers={"Authorization": f"Bearer {vera.token}", "Content-Type": "application/json"})
    assert response.status_code == 400
    assert response.content_type.startswith("application/problem+json")


def test_a_body_of_more_than_a_mebibyte_is_refused(vera: Any) -> None:
    assert vera.ask("POST", "/records/book", {"title": "x" * (1 << 20)}).status_code == 413


def test_a_plain_validator_accepts_every_record_with_the_published_schema(library: Any, vera: Any, nora: Any) -> None:
    vera.post("/records/book", {**BOOK, "genre": "crime", "topics": ["classic"], "summary": "A\nlong one"})
    for program in (vera, nora):
        for form in program.get("/schemas")["forms"]:
            schema = program.get(f"/schemas/{form['name']}")
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            for record in program.get(f"/records/{form['name']}")["records"]:
                assert list(validator.iter_errors(record)) == [], form["name"]


def test_other_origins_get_no_permission_and_ids_beyond_64_bits_do_not_exist(vera: Any) -> None:
    response = vera.ask("GET", "/records/book", Origin="https://evil.example")
    assert not [name for name, _value in response.headers if name.lower().startswith("access-control")]
    assert vera.ask("GET", f"/records/book/{2**63}").status_code == 404
    assert vera.ask("GET", f"/records/book/{10**40}").status_code == 404


def test_a_hidden_column_is_as_unknown_as_one_that_does_not_exist(nora: Any) -> None:
    for address in ("/records/book", "/records/book/1"):
        hidden, unknown = (nora.ask("GET", f"{address}?fields=title,{name}") for name in ("price", "nothing"))
        assert hidden.status_code == unknown.status_code == 422
        assert hidden.text.replace("price", "nothing") == unknown.text


def test_comments_are_read_and_written(vera: Any) -> None:
    book = vera.ask("POST", "/records/book", BOOK).json["id"]
    made = vera.post(f"/records/book/{book}/comments", {"text": "Rings on Fridays."})
    assert made["text"] == "Rings on Fridays." and made["edited"] is False
    listed = vera.get(f"/records/book/{book}/comments")["comments"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert vera.ask("POST", f"/records/book/{book}/comments", {"text": " "}).status_code == 422
