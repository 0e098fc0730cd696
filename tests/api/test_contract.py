"""The promises of the API: keys that count once, a description of every route, imports, documents, definitions, ledgers."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa

from shuke.api import OPERATIONS, PREFIX
from shuke.api.idempotency import answer_table
from shuke.transfer.worker import Worker

_METHODS = ("get", "post", "put", "patch", "delete")


def test_a_request_that_is_sent_again_gives_the_first_answer(vera: Any) -> None:
    first = vera.ask("POST", "/records/book", {"title": "Once"}, Idempotency_Key="till-1-77")
    again = vera.ask("POST", "/records/book", {"title": "Once"}, Idempotency_Key="till-1-77")
    assert (first.status_code, first.json) == (again.status_code, again.json) == (201, first.json)
    assert (again.headers["Idempotency-Replayed"], again.headers["ETag"]) == ("true", first.headers["ETag"])
    assert vera.get('/records/book?where=title="Once"')["count"] == 1
    other = vera.ask("POST", "/records/book", {"title": "Other"}, Idempotency_Key="till-1-77")
    assert other.status_code == 422
    assert vera.ask("POST", "/records/reader", {"name": "Once"}, Idempotency_Key="till-1-77").status_code == 201


def test_a_refused_request_does_not_use_its_key_up(vera: Any) -> None:
    assert vera.ask("POST", "/records/book", {"title": ""}, Idempotency_Key="k").status_code == 422
    assert vera.ask("POST", "/records/book", {"title": "Mended"}, Idempotency_Key="k").status_code == 201


def test_keys_of_two_people_are_two_keys(vera: Any, nora: Any) -> None:
    assert vera.ask("POST", "/records/reader", {"name": "A"}, Idempotency_Key="k").status_code == 201
    made = nora.ask("POST", "/records/reader", {"name": "B"}, Idempotency_Key="k")
    assert (made.status_code, made.json["name"]) == (201, "B")


def test_a_key_is_forgotten_after_seven_days(library: Any, vera: Any) -> None:
    vera.post("/records/book", {"title": "Old"}, Idempotency_Key="k")
    with library.database.write() as connection:
        made = connection.scalar(sa.select(answer_table.c.created_at))
        connection.execute(sa.update(answer_table).values(created_at=made - timedelta(days=8)))
    assert vera.ask("POST", "/records/book", {"title": "New"}, Idempotency_Key="k").json["title"] == "New"


def test_the_same_request_at_the_same_moment_counts_once(library: Any, vera: Any) -> None:
    def send(_number: int) -> int:
        client = library.app.test_client()
        return int(client.post(
            "/api/v1/records/book", json={"title": "Rush"}, headers={"Authorization": f"Bearer {vera.token}", "Idempotency-Key": "rush"},
        ).status_code)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(send, range(8)))
    assert set(answers) <= {201, 409} and 201 in answers
    assert vera.get('/records/book?where=title="Rush"')["count"] == 1


def test_a_posting_needs_a_key_counts_once_and_cannot_overdraw(vera: Any, nora: Any) -> None:
    reader = vera.post("/records/reader", {"name": "Ann"})["id"]
    path = f"/ledgers/fines/accounts/{reader}"
    kinds = vera.get("/ledgers")["ledgers"][0]["kinds"]
    charge, pay = (next(name for name in kinds if word in name) for word in ("charge", "pay"))
    assert vera.ask("POST", f"{path}/entries", {"kind": charge, "amount": "5"}).json["errors"].keys() == {"Idempotency-Key"}
    for _again in range(2):
        posted = vera.post(f"{path}/entries", {"kind": charge, "amount": "5"}, Idempotency_Key="p1")
        assert posted["balance"] == "5"
    assert len(vera.get(path)["movements"]) == 1
    refused = vera.ask("POST", f"{path}/entries", {"kind": pay, "amount": "7"}, Idempotency_Key="p2")
    assert refused.status_code == 422
    for body in ({"kind": "gift", "amount": "1"}, {"kind": charge, "amount": "-1"}, {"kind": charge, "amount": "NaN"}, {"kind": charge, "amount": 1.5}):
        assert vera.ask("POST", f"{path}/entries", body, Idempotency_Key="p3").status_code == 422
    assert nora.ask("POST", f"{path}/entries", {"kind": charge, "amount": "5"}, Idempotency_Key="p4").status_code in (403, 404)
    assert vera.get(path)["balance"] == "5"


def test_every_route_is_described_and_the_description_is_valid(library: Any, vera: Any) -> None:
    described = vera.get("/openapi.json")
    jsonschema.Draft202012Validator(_OPENAPI).validate(described)
    known = {(method, path) for path, methods in described["paths"].items() for method in methods if method in _METHODS}
    for rule in library.app.url_map.iter_rules():
        if rule.rule.startswith(PREFIX) and rule.endpoint != "api.interactive_page":
            path = rule.rule.removeprefix(PREFIX)
            for converter in ("int:",):
                path = path.replace(converter, "")
            path = path.replace("<", "{").replace(">", "}")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                assert (method.lower(), path) in known, rule
    names = [operation["operationId"] for methods in described["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))
    for reference in _references(described):
        place = described
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    assert len(OPERATIONS) >= 30


def test_every_parameter_in_an_address_is_described(vera: Any) -> None:
    for path, methods in vera.get("/openapi.json")["paths"].items():
        for operation in methods.values():
            named = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
            assert named == {part.split("}")[0] for part in path.split("{")[1:]}, path


def test_builders_operations_are_described_to_builders_only(vera: Any, nora: Any) -> None:
    assert "/definitions" in vera.get("/openapi.json")["paths"]
    assert "/definitions" not in nora.get("/openapi.json")["paths"]
    assert nora.ask("GET", "/definitions").status_code == 403


def test_a_file_is_imported_over_the_api(library: Any, vera: Any, nora: Any) -> None:
    content = "title,isbn,price\nA,1,1.50\nB,2,x\n"

    def upload(program: Any, **fields: str) -> Any:
        return program.client.post(
            "/api/v1/records/book/import", data={"file": (io.BytesIO(content.encode()), "books.csv"), **fields},
            headers={"Authorization": f"Bearer {program.token}", "Accept-Language": "en", "Idempotency-Key": "f"},
        )

    started = upload(vera, dry_run="true")
    assert started.status_code == 202, started.text
    assert upload(vera, dry_run="true").json == started.json
    while Worker(library.database).run_once():
        pass
    path = f"/imports/{started.json['id']}"
    checked = vera.get(path)
    assert (checked["state"], checked["counts"], checked["refused"]) == ("checked", {"book": {"created": 1}}, 1)
    assert checked["rows_refused"][0]["reasons"][0]["field"] == "price"
    vera.post(f"{path}/start")
    while Worker(library.database).run_once():
        pass
    assert vera.get(path)["state"] == "done"
    assert vera.get('/records/book?where=isbn="1"')["count"] == 1
    assert "B,2,x" in vera.ask("GET", f"{path}/refused.csv").text
    assert nora.ask("GET", path).status_code == 404
    assert upload(nora).status_code == 403
    broken = upload(vera, mapping="{")
    assert (broken.status_code, set(broken.json["errors"])) == (422, {"mapping"})


def test_records_are_exported_as_they_are_listed(vera: Any) -> None:
    vera.post("/records/book", {"title": "=1+1", "isbn": "9", "price": "-0"})
    text = vera.ask("GET", '/records/book/export.csv?fields=title,isbn&where=isbn="9"').text
    assert text.lstrip("\ufeff").splitlines() == ["Title,ISBN", "'=1+1,9"]
    workbook = vera.ask("GET", '/records/book/export.xlsx?fields=title,isbn&where=isbn="9"')
    assert workbook.data.startswith(b"PK") and workbook.headers["X-Content-Type-Options"] == "nosniff"


def test_a_document_is_printed_as_pdf(vera: Any, nora: Any) -> None:
    book = vera.post("/records/book", {"title": "红楼梦", "price": "59.80", "authors": [{"name": "曹雪芹"}]})
    assert [one["name"] for one in vera.get("/records/loan/documents")["documents"]] == ["loan_slip", "default"]
    printed = vera.ask("GET", f"/records/book/{book['id']}/documents/default.pdf?lang=zh")
    assert printed.status_code == 200, printed.text
    assert printed.data.startswith(b"%PDF") and printed.headers["Content-Type"] == "application/pdf"
    assert nora.ask("GET", f"/records/book/{book['id']}/documents/default.pdf").status_code == 403
    assert vera.ask("GET", f"/records/book/{book['id']}/documents/nothing.pdf").status_code == 404


def test_a_field_is_added_through_a_draft_and_published(vera: Any) -> None:
    schema = vera.get("/definitions/entity/reader")
    schema["properties"]["fax"] = {"type": "string", "x-type": "phone", "x-label": {"zh": "传真", "en": "Fax"}}
    put = vera.ask("PUT", "/definitions/entity/reader", schema)
    assert put.status_code == 200, put.text
    stale = vera.ask("PUT", f"/definitions/entity/reader?draft={put.json['draft']}", schema, If_Match='"1"')
    assert stale.status_code == 409
    changes = vera.get("/definitions/plan")["changes"]
    assert [(change["action"], change["field"]) for change in changes] == [("added", "fax")]
    version = vera.post("/definitions/publish", {"comment": "fax"})["version"]
    assert vera.get("/definitions")["version"] == version
    assert vera.post("/records/reader", {"name": "F", "fax": "+861062301234"})["fax"] == "+861062301234"
    assert "fax" in vera.get("/openapi.json")["components"]["schemas"]["input.reader"]["properties"]


def test_a_broken_definition_is_explained_and_not_published(vera: Any) -> None:
    schema = vera.get("/definitions/entity/reader")
    schema["properties"]["fax"] = {"type": "string", "x-type": "telex", "x-label": {"zh": "传真", "en": "Fax"}}
    assert vera.ask("PUT", "/definitions/entity/reader", schema).status_code == 200
    refused = vera.ask("POST", "/definitions/publish", {})
    assert refused.status_code == 422
    assert any("lending/entities/reader.json" in place for place in refused.json["errors"]), refused.json
    assert vera.ask("PUT", "/definitions/spaceship/x", {}).status_code == 404


def test_the_interactive_page_is_for_people_who_have_signed_in(library: Any) -> None:
    assert library.app.test_client().get("/api/v1/docs").status_code == 303


def _references(body: Any) -> list[str]:
    if isinstance(body, dict):
        own = [body["$ref"]] if isinstance(body.get("$ref"), str) and body["$ref"].startswith("#/components") else []
        return own + [one for value in body.values() for one in _references(value)]
    return [one for value in body for one in _references(value)] if isinstance(body, list) else []


_OPENAPI = {
    "type": "object", "required": ["openapi", "info", "paths", "components"],
    "properties": {
        "openapi": {"const": "3.1.0"},
        "info": {"type": "object", "required": ["title", "version"]},
        "paths": {
            "type": "object", "propertyNames": {"pattern": "^/"},
            "additionalProperties": {
                "type": "object", "propertyNames": {"enum": list(_METHODS)},
                "additionalProperties": {
                    "type": "object", "required": ["operationId", "summary", "parameters", "responses"],
                    "properties": {
                        "parameters": {"type": "array", "items": {
                            "type": "object", "required": ["name", "in", "schema"],
                            "properties": {"in": {"enum": ["path", "query", "header"]}, "schema": {"type": "object"}},
                            "if": {"properties": {"in": {"const": "path"}}}, "then": {"properties": {"required": {"const": True}}},
                        }},
                        "responses": {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^[1-5][0-9]{2}$"}},
                        "requestBody": {"type": "object", "required": ["content"]},
                    },
                },
            },
        },
        "components": {"type": "object", "required": ["schemas", "securitySchemes"]},
    },
}
"""The parts of the OpenAPI 3.1 schema that this description uses."""


@pytest.fixture
def vera_headers(vera: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {vera.token}"}


def test_answers_are_never_cached_and_never_guessed(vera: Any, vera_headers: dict[str, str]) -> None:
    response = vera.client.get("/api/v1/records/book", headers=vera_headers)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert json.loads(response.text)["records"] is not None
