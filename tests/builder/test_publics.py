"""The tab of public forms: begun with little, opened and closed, and at its link as soon as it is published."""

import re

import pytest
from published import CRM
from reading_room import LIBRARY

from shuke.definitions.load import load_template
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import patched
from shuke.definitions.problems import DefinitionErrors
from shuke.publishing.checks import check, complete
from shuke.publishing.edits.publics import begin_public, offered
from shuke.publishing.references import Target, rename


@pytest.mark.parametrize("folder", [CRM, LIBRARY])
def test_every_form_that_can_be_made_public_can_be_published_or_says_what_it_needs(folder) -> None:
    documents = tuple(complete(load_template(folder)))
    catalogue = parse_documents(documents, 1)
    for view in catalogue.views.values():
        entity = catalogue.entity(view.entity)
        lacking = [one.name for one in entity.fields if one.required and one.name not in offered(entity) and not one.default.isidentifier()]
        if view.kind != "form" or view.public or not offered(entity):
            continue
        begun = patched(documents, begin_public(documents, view.name, entity))
        if lacking:
            with pytest.raises(DefinitionErrors, match="public/fields"):
                check(begun, 1)
            continue
        made = check(begun, 1)
        assert made.views[view.name].public, view.name


def test_renamed_fields_are_followed() -> None:
    documents = load_template(CRM)
    documents = patched(documents, rename(documents, Target("field", "callback", "topic"), "subject"))
    public = next(one.body["public"] for one in documents if one.key == ("view", "callback.form"))
    assert public["fields"][2] == "subject" and public["prefill"][0] == "subject"


def test_a_form_is_made_public_closed_opened_and_private_again(nora, room) -> None:
    address = "/build/view/loan.form?tab=public"
    assert "Make a public form" in nora.get(address).text
    begun = nora.post("/build/publics", {"name": "loan.form", "action": "begin"}, htmx=True).text
    changes = nora.get("/build/changes").text
    assert "Public form · Address" in changes and "Public form · Fields" in changes and "Reader" in changes
    assert "/f/" in begun and "Works after publishing" in begun and "Takes entries" in begun and "barcode-qr" in begun and "&lt;iframe" in begun
    place = {"kind": "view", "name": "loan.form", "at": "/public"}
    assert nora.post("/build/panel", {**place, "pointer": "/public/address", "value": "borrow"}, htmx=True).status_code == 200
    assert nora.post("/build/panel", {**place, "pointer": "/public/address", "value": "No Such Address"}, htmx=True).status_code == 422
    assert nora.post("/build/panel", {**place, "pointer": "/public/until", "value": "30.2.2030"}, htmx=True).status_code == 422
    dated = nora.post("/build/panel", {**place, "pointer": "/public/until", "value": "2030-02-28"}, htmx=True)
    assert dated.status_code == 200 and 'type="date"' in dated.text
    assert "Closed" in nora.post("/build/publics", {"name": "loan.form", "action": "close"}, htmx=True).text
    assert "/f/borrow" in nora.post("/build/publics", {"name": "loan.form", "action": "open"}, htmx=True).text
    assert room.app.test_client().get("/f/borrow").status_code == 404, "nothing reaches strangers before it is published"
    assert "Make a public form" in nora.post("/build/publics", {"name": "loan.form", "action": "remove"}, htmx=True).text


def test_what_strangers_choose_among_is_said_in_words(nora) -> None:
    nora.post("/build/publics", {"name": "loan.form", "action": "begin"}, htmx=True)
    place = {"kind": "view", "name": "loan.form", "at": "/public"}
    nora.post("/build/panel/entries", {**place, "pointer": "/public/choices", "action": "add", "key": "reader"}, htmx=True)
    assert "Public form · What can be chosen · Reader" in nora.get("/build/changes").text
    page = nora.get("/build/view/loan.form?tab=public").text
    assert 'data-widget="condition" data-pointer="/public/choices/reader"' in page
    dialog = nora.get("/build/condition?kind=view&name=loan.form&at=/public&pointer=/public/choices/reader&value=name+%3D+%22Ada%22")
    assert dialog.status_code == 200 and "Mobile" in dialog.text, "the condition is over the readers, not over the loans"


def test_files_are_limited_in_words_and_megabytes(nora) -> None:
    added = nora.post("/build/forms/loan.form/add", {"kind": "type", "value": "file"}, htmx=True).text
    name = re.search(r'data-chosen="([^"]+)"', added)[1]
    place = {"kind": "entity", "name": "loan", "field": name}
    at = f"/properties/{name}"
    most = nora.post("/build/panel", {**place, "pointer": f"{at}/x-max-size", "value": "1.5"}, htmx=True)
    assert most.status_code == 200 and 'value="1.5"' in most.text and "MB" in most.text
    for wrong in ("0", "21", "much"):
        assert nora.post("/build/panel", {**place, "pointer": f"{at}/x-max-size", "value": wrong}, htmx=True).status_code == 422
    kinds = nora.post("/build/panel", {**place, "pointer": f"{at}/x-accept", "value": "application/pdf"}, htmx=True).text
    assert "<span>PDF</span>" in kinds and ">Pictures<" in kinds and "image/*" in kinds
    begun = nora.post("/build/publics", {"name": "loan.form", "action": "begin"}, htmx=True).text
    assert begun.count(f'<option value="{name}">') == 1, "a file can be asked for, and no address gives one"
