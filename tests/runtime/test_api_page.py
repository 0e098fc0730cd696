"""The interactive page of the API: every operation, for people who have signed in."""

import json
import re

from reading_room import Person


def test_the_page_lists_the_operations_that_the_visitor_may_use(vera: Person, nora: Person) -> None:
    found = {}
    for person in (vera, nora):
        page = person.get("/api/v1/docs?lang=en")
        assert page.status_code == 200
        described = re.search(r'<script type="application/json" id="api-description">(.*?)</script>', page.text, re.DOTALL)
        assert described
        found[person.username] = set(json.loads(described[1])["paths"])
        assert re.search(r'src="/static/\w+/api/docs.js"', page.text)
    assert {"/records/book", "/definitions", "/openapi.json"} <= found["vera"]
    assert "/definitions" not in found["nora"]
    assert "/records/fine_payment" not in found["nora"]


def test_strangers_are_led_to_sign_in(vera: Person) -> None:
    vera.client.delete_cookie("shuke")
    assert vera.get("/api/v1/docs").headers["Location"].startswith("/login")
