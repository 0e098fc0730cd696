"""A public form with a picture in a real browser: what was chosen is shown, and stays when the form comes back."""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from shuke import records
from shuke.access import Actor
from shuke.definitions import store
from shuke.definitions.current import catalogue
from shuke.definitions.model import Document
from shuke.definitions.patches import patched
from shuke.publishing import edits
from shuke.publishing.publish import publish
from shuke.records import Query
from shuke.transfer.running import surroundings

pytestmark = pytest.mark.browser
SYSTEM = Actor.system("test")
PHOTO = {"type": "string", "x-type": "image", "x-label": {"zh": "照片", "en": "Photo"}, "x-max-size": 200_000}
FORM = {
    "kind": "form", "entity": "reader", "label": {"zh": "办证", "en": "Join us"}, "layout": [{"type": "field", "field": "name"}],
    "public": {"address": "join-us", "fields": ["name", "photo"], "thanks": {"zh": "收到了。", "en": "See you soon."}},
}


@pytest.fixture
def open_form(page, room):
    with room.database.read():
        documents = store.documents_of(store.published_version())
    asked = patched(documents, edits.set_value(documents, ("entity", "reader"), ("properties", "photo"), PHOTO))
    publish(room.database, SYSTEM, [*asked, Document("view", "reader.form.join", "lending", FORM)])
    page.goto("/f/join-us?lang=en")
    return page


def chosen(content: bytes, name: str = "p.png"):
    return {"name": name, "mimeType": "image/png", "buffer": content}


def test_a_picture_is_shown_kept_through_a_refusal_and_sent(open_form, room):
    page, photo = open_form, io.BytesIO()
    Image.new("RGB", (60, 40), (200, 10, 10)).save(photo, "PNG")
    box = page.get_by_label("Photo")
    box.set_input_files(chosen(b"\x89PNG" + b"x" * 300_000))
    expect(page.get_by_role("alert")).to_contain_text("too large")
    page.get_by_role("button", name="Send").click()
    expect(box).to_be_focused()
    box.set_input_files(chosen(photo.getvalue()))
    expect(page.get_by_role("img", name="p.png")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This is needed.")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_focused()
    expect(page.get_by_role("img", name="p.png")).to_be_visible()
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag22aa"]}})
    assert [one["id"] for one in found.response["violations"]] == []
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("See you soon.")).to_be_visible()
    with surroundings(room.database, "en"):
        (ada,) = records.query(SYSTEM, catalogue().entity("reader"), Query(fields=("photo",), where='name = "Ada Lovelace"')).records
    assert ada.values["photo"].name == "p.png"
    assert [said for said in page.complaints if "422" not in said] == []
