"""Apps for people: begun under a name, arranged, copied, removed, packed, installed, and updated without losing what was changed."""

import io
import json
import re

import pytest
import sqlalchemy as sa
from empty_company import empty_company
from flask import g
from published import LIBRARY

from shuke.access import Actor
from shuke.builder import workshop
from shuke.builder.conflicts import conflict_shown
from shuke.builder.titles import both
from shuke.core.db import Database
from shuke.core.i18n import use_locale
from shuke.core.settings import Settings
from shuke.definitions import shared_drafts, store
from shuke.definitions.bases import package_table
from shuke.definitions.current import use_catalogue
from shuke.definitions.load import load_template
from shuke.definitions.model import Document
from shuke.definitions.packages import pack, package, unpack
from shuke.definitions.patches import patched
from shuke.publishing import edits
from shuke.publishing.merging import Conflict
from shuke.publishing.updating import BASE
from shuke.screens.visitor import Visitor


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture
def second_room(tmp_path):
    """The empty product of another company, with Ada who builds it."""
    folder = tmp_path / "second"
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'company.sqlite'}")
    yield empty_company(folder, database)
    database.dispose()


def draft(room):
    with room.database.read():
        found = shared_drafts.standing()
        return shared_drafts.drafts.get(found.id).documents if found else ()


def body(documents, kind, name):
    return next((one.body for one in documents if one.key == (kind, name)), None)


def begin(person, kind, **form):
    return person.post(f"/build/new/{kind}?lang=en", form, htmx=True)


def publish_draft(person):
    """By the dialog, with every loss meant."""
    form = person.form("/build/plan?lang=en", "plan", htmx=True)
    accepted = re.findall(r'name="accept" value="([^"]+)"', person.fragment("/build/plan?lang=en").text)
    answer = person.post("/build/publish?lang=en", {**form, "accept": accepted}, htmx=True)
    assert answer.headers.get("HX-Redirect") == "/build/versions", answer.text


def uploaded(person, content):
    sent = {"csrf_token": person.token(), "file": (io.BytesIO(content), "library.shuke.zip")}
    return person.client.post("/build/packages?lang=en", data=sent, content_type="multipart/form-data")


# Beginning


def test_an_app_begins_with_a_name_in_one_language_an_icon_and_a_colour(room, vera):
    made = begin(vera, "app", zh="售后回访", en="", icon="headset", color="teal")
    assert made.headers["HX-Redirect"] == "/build/app/shou_hou_hui_fang"
    app = body(draft(room), "app", "shou_hou_hui_fang")
    assert app["label"] == {"zh": "售后回访", "en": ""} and (app["icon"], app["color"]) == ("headset", "teal")
    page = vera.get("/build?lang=en").text
    assert 'href="/build/app/shou_hou_hui_fang"' in page and "hue-teal" in page
    assert "The menu is empty" in vera.get("/build/app/shou_hou_hui_fang?lang=en").text


def test_a_new_entity_works_at_once(room, vera, nora):
    begin(vera, "app", zh="回访", en="Visits", icon="headset", color="teal")
    made = begin(vera, "entity", app="visits", zh="上门", en="Visit", icon="tool")
    assert made.headers["HX-Redirect"] == "/build/entity/visit"
    begin(vera, "role", app="visits", zh="客服", en="Helpers")
    plan = vera.fragment("/build/plan?lang=en").text
    assert "may see “Visit”" in plan and "/build/entity/visit?tab=rights" in plan
    publish_draft(vera)
    with room.database.read():
        published = store.documents_of(store.published_version())
    assert body(published, "app", "visits")["menu"] == [{"entity": "visit"}]
    assert room.scalar("SELECT count(*) FROM e_visit") == 0
    assert "Helpers" not in vera.get("/build/app/visits?lang=en").text.split("Who may use it")[1]


def test_an_app_for_members_is_built_in_an_empty_company_and_used_at_once(second_room):
    ada = second_room.person("ada")
    begin(ada, "app", zh="会员", en="Members", icon="id-badge-2", color="purple")
    begin(ada, "entity", app="members", zh="会员", en="Member", icon="user")
    names = ["name"]
    for type_, zh, en in (("autonumber", "会员号", "Card number"), ("phone", "手机", "Mobile"), ("choice", "等级", "Level"), ("date", "入会日期", "Joined"), ("integer", "积分", "Points")):
        drawn = ada.post("/build/forms/member.form/add?lang=en", {"kind": "type", "value": type_}, htmx=True).text
        name = re.search(r'data-chosen="([^"]+)"', drawn)[1]
        told = ada.post("/build/panel", {"kind": "entity", "name": "member", "field": name, "pointer": f"/properties/{name}/x-label", "zh": zh, "en": en}, htmx=True)
        names.append(json.loads(told.headers["HX-Trigger"])["builder:renamed"]["to"])
    assert names == ["name", "card_number", "mobile", "level", "joined", "points"]
    publish_draft(ada)
    form = ada.form("/r/member/new")
    for name, value in (("name", "林一"), ("mobile", "13800001234"), ("level", "second"), ("joined", "2026-03-04"), ("points", "12")):
        form[name] = value
    made = ada.post("/r/member/new", form)
    assert made.status_code == 303, made.text
    page = ada.get(made.headers["Location"] + "?lang=zh").text
    assert all(words in page for words in ("林一", "会员号", "-0001", "积分", "12"))
    assert "林一" in ada.get("/r/member?lang=zh&f.level.is=second").text and 'href="/r/member"' in page


@pytest.mark.parametrize("kind", ["workflow", "rule", "ledger", "document", "dashboard", "role"])
def test_every_part_of_an_app_can_be_begun(room, vera, kind):
    assert "dialog-title" in vera.fragment(f"/build/new/{kind}?app=lending&lang=en").text
    made = begin(vera, kind, app="lending", zh="", en="Something else", entity="book")
    assert made.headers["HX-Redirect"] == f"/build/{kind}/something_else"
    assert body(draft(room), kind, "something_else") is not None
    assert vera.get(f"/build/{kind}/something_else").status_code == 200
    assert "something_else" in vera.get("/build/app/lending?lang=en").text


def test_without_a_name_or_an_entity_nothing_begins_and_what_was_typed_stays(room, vera):
    nameless = begin(vera, "app", zh=" ", en="", icon="gift", color="red")
    assert nameless.status_code == 422 and "Give it a name" in nameless.text
    assert re.search(r'value="gift" checked', nameless.text)
    assert begin(vera, "rule", app="lending", en="Rule", zh="", entity="ghost").status_code == 422
    assert vera.get("/build/new/ghost").status_code == 404
    assert vera.get("/build/new/entity?app=ghost").status_code == 404
    assert draft(room) == ()


# Menu, copy, removal


def test_the_menu_is_arranged_by_gestures(room, vera):
    address = "/build/app/lending/menu?lang=en"
    before = len(body(vera_documents(room), "app", "lending")["menu"])
    added = vera.post(address, {"action": "add", "value": "dashboard/circulation"}, htmx=True)
    assert 'id="app-menu"' in added.text and added.status_code == 200
    vera.post(address, {"action": "move", "number": before, "to": 0}, htmx=True)
    vera.post(address, {"action": "word", "number": 0, "zh": "流通", "en": "", "icon": "chart-bar"}, htmx=True)
    menu = body(draft(room), "app", "lending")["menu"]
    assert menu[0] == {"dashboard": "circulation", "label": {"zh": "流通", "en": ""}, "icon": "chart-bar"}
    vera.post(address, {"action": "remove", "number": 0}, htmx=True)
    assert len(body(draft(room), "app", "lending")["menu"]) == before
    assert vera.post(address, {"action": "add", "value": "entity/ghost"}, htmx=True).status_code == 422
    assert vera.post(address, {"action": "move", "number": 99, "to": 0}, htmx=True).status_code == 404


def vera_documents(room):
    with room.database.read():
        return store.documents_of(store.published_version())


def test_an_app_is_copied_with_its_entities_and_published(room, vera):
    made = begin(vera, "copy", app="lending", zh="分馆", en="Branch")
    assert made.headers["HX-Redirect"] == "/build/app/branch"
    publish_draft(vera)
    assert room.scalar("SELECT count(*) FROM e_book_2") == 0
    assert room.scalar("SELECT count(*) FROM e_book") > 0


def test_removing_an_app_says_before_what_goes(room, vera):
    shown = vera.fragment("/build/app/lending/remove?lang=en").text
    assert "Entities 5" in shown and "they are kept and come back" in shown
    assert re.search(r"\d+ records?", shown)
    gone = vera.post("/build/app/lending/remove?lang=en", {}, htmx=True)
    assert gone.headers["HX-Redirect"] == "/build"
    assert not [one for one in draft(room) if one.app == "lending"]


def test_the_page_of_an_app_says_who_may_use_it(vera):
    page = vera.get("/build/app/lending?lang=en").text
    audience = page.split("Who may use it")[1]
    assert 'href="/build/role/librarian"' in audience and 'href="/build/role/volunteer"' in audience


# Packages


def test_an_exported_app_installed_elsewhere_is_the_same_to_the_byte_when_it_is_exported_again(room, vera, tmp_path, second_room):
    content = vera.get("/build/export/package?app=lending").data
    assert "Nothing here changes by it" in vera.get(uploaded(vera, content).headers["Location"] + "?lang=en").text
    other = second_room.person("ada")
    led = uploaded(other, content)
    assert led.status_code == 303, led.text
    page = other.get(led.headers["Location"] + "?lang=en")
    assert "Install into the draft" in page.text and "Preview of" in page.text
    installed = other.post(led.headers["Location"], {}, htmx=True)
    assert installed.headers["HX-Redirect"] == "/build/changes"
    publish_draft(other)
    assert other.get("/build/export/package?app=lending").data == content
    assert "This is what is installed" in other.get(led.headers["Location"] + "?lang=en").text


def test_what_is_no_package_is_refused_with_a_sentence(room, vera):
    for content, sentence in ((b"PK nothing", "no ZIP file"), (b"", "no ZIP file")):
        refused = uploaded(vera, content)
        assert refused.status_code == 422 and sentence in refused.text
    forged = [Document(one.kind, one.name, one.app, {**one.body, "run": "code"} if one.kind == "app" else one.body) for one in load_template(LIBRARY)]
    refused = uploaded(vera, pack(package(forged)))
    assert refused.status_code == 422 and "lending/app.json" in refused.text


def test_a_package_that_needs_another_app_says_so_and_cannot_be_installed_without_it(room, vera, second_room):
    begin(vera, "app", zh="访", en="Visits", icon="tool", color="teal")
    begin(vera, "entity", app="visits", zh="访", en="Visit", icon="tool")
    edit(room, edits.add_field, "visit", "link", {"zh": "读者", "en": "Reader"}, more={"x-entity": "reader"})
    publish_draft(vera)
    assert 'value="lending" checked' in vera.fragment("/build/export?app=visits&lang=en").text
    content = vera.get("/build/export/package?app=visits").data
    assert [(need.kind, need.name, need.app) for need in unpack(content).needs] == [("entity", "reader", "lending")]
    other = second_room.person("ada")
    address = uploaded(other, content).headers["Location"]
    assert "Install first what it needs" in other.get(address + "?lang=en").text
    assert other.post(address, {}, htmx=True).status_code == 422


# Updates


def newer(edit_, *arguments, **options):
    """The library as a newer version of its template has it."""
    documents = load_template(LIBRARY)
    changed = patched(documents, edit_(documents, *arguments, **options))
    return package([Document(one.kind, one.name, one.app, {**one.body, "version": "9.0"}) if one.kind == "template" else one for one in changed])


def edit(room, edit_, *arguments, **options):
    """An edit of the draft by a function, as the designers do it."""
    with room.app.test_request_context("/build", method="POST"), room.database.write():
        g.visitor = Visitor(Actor(room.ids["vera"], "user", "韦拉"), Settings(), 0, 0, "en")
        with use_catalogue(store.current(room.database)):
            workshop.edit(lambda documents: edit_(documents, *arguments, **options), both("Last change"))


def test_an_update_keeps_what_was_changed_here_and_takes_what_is_new(room, vera):
    edit(room, edits.add_field, "book", "integer", {"zh": "页数", "en": "Pages"})
    edit(room, edits.relabel, ("entity", "reader"), (), {"zh": "会员", "en": "Patron"})
    publish_draft(vera)
    address = uploaded(vera, pack(newer(edits.add_field, "book", "date", {"zh": "出版日期", "en": "Published"}))).headers["Location"]
    page = vera.get(address + "?lang=en").text
    assert "Update in the draft" in page and "Changed here and in the update" not in page
    assert vera.post(address, {}, htmx=True).headers["HX-Redirect"] == "/build/changes"
    assert {"pages", "published"} <= body(draft(room), "entity", "book")["properties"].keys()
    assert body(draft(room), "entity", "reader")["x-label"]["en"] == "Patron"
    publish_draft(vera)
    with room.database.read():
        template = body(store.documents_of(store.published_version()), "template", "library")
    assert (template["version"], template[BASE]) == ("9.0", address.rpartition("/")[2])
    assert "This is what is installed" in vera.get(address + "?lang=en").text


def test_what_both_have_changed_is_chosen_place_by_place(room, vera):
    edit(room, edits.relabel, ("entity", "book"), ("properties", "title"), {"zh": "名称", "en": "Name"})
    address = uploaded(vera, pack(newer(edits.relabel, ("entity", "book"), ("properties", "title"), {"zh": "题名", "en": "Heading"}))).headers["Location"]
    page = vera.get(address + "?lang=en").text
    assert "Changed here and in the update" in page and "It was: Title" in page and "Heading" in page
    keys = re.findall(r'name="choice:([^"]+)" value="theirs"', page)
    assert keys == ["/entity/book/body/properties/title/x-label/zh", "/entity/book/body/properties/title/x-label/en"]
    assert vera.post(address, {f"choice:{keys[0]}": "mine"}, htmx=True).status_code == 422
    vera.post(address, {f"choice:{keys[0]}": "mine", f"choice:{keys[1]}": "theirs"}, htmx=True)
    assert body(draft(room), "entity", "book")["properties"]["title"]["x-label"] == {"zh": "名称", "en": "Heading"}
    vera.post("/build/undo", {}, htmx=True)
    assert body(draft(room), "entity", "book")["properties"]["title"]["x-label"]["en"] == "Name"
    assert body(draft(room), "template", "library")["version"] != "9.0"


def test_a_conflict_about_the_app_names_both_apps(room):
    newer_app = Document("app", "archive", "archive", {"name": "archive", "label": {"zh": "档案", "en": "Archive"}})
    with room.app.test_request_context("/build"), room.database.read():
        g.visitor = Visitor(Actor(room.ids["vera"], "user", "韦拉"), Settings(), 0, 0, "en")
        with use_catalogue(store.current(room.database)), use_locale("en"):
            shown = conflict_shown(workshop.workshop(), Conflict(("entity", "book"), ("app",), None, "lending", "archive"), [newer_app])
    assert (shown.place, shown.base, shown.mine, shown.theirs) == ("App", "Not there", "Lending", "Archive")


def test_an_update_follows_names_that_were_given_here(room, vera):
    edit(room, edits.rename_field, "book", "isbn", "number")
    edit(room, edits.rename_entity, "reader", "patron")
    publish_draft(vera)
    made = newer(lambda documents: [
        *edits.set_value(documents, ("entity", "book"), ("properties", "isbn", "maxLength"), 77), *edits.set_value(documents, ("entity", "reader"), ("x-icon",), "user"),
    ])
    address = uploaded(vera, pack(made)).headers["Location"]
    assert "Changed here and in the update" not in vera.get(address + "?lang=en").text
    vera.post(address, {}, htmx=True)
    book = body(draft(room), "entity", "book")["properties"]
    assert book["number"]["maxLength"] == 77 and "isbn" not in book
    assert body(draft(room), "entity", "patron")["x-icon"] == "user" and body(draft(room), "entity", "reader") is None
    titles = room.scalar("SELECT count(isbn) FROM e_book")
    publish_draft(vera)
    assert room.scalar("SELECT count(isbn) FROM e_book") == titles


def test_a_company_that_was_founded_before_packages_were_remembered_is_updated_as_well(room, vera):
    with room.database.write() as writing:
        writing.execute(sa.delete(package_table))
    edit(room, edits.relabel, ("entity", "reader"), (), {"zh": "会员", "en": "Patron"})
    address = uploaded(vera, pack(newer(edits.remove_document, "dashboard", "circulation"))).headers["Location"]
    vera.post(address, {}, htmx=True)
    assert body(draft(room), "entity", "reader")["x-label"]["en"] == "Patron"
    assert body(draft(room), "dashboard", "circulation") is None


def test_the_gallery_shows_what_ships_and_what_is_installed(vera):
    page = vera.get("/build/gallery?lang=en").text
    assert "Blank" in page and "Version" in page and "picture-badge" in page or "picture-bar" in page
    assert ">Library<" in page or "installed" in page
    assert vera.get("/build/packages/" + "0" * 64).status_code == 404


def test_pages_of_apps_need_few_statements(room, vera):
    edit(room, edits.add_app, {"zh": "访", "en": "Visits"})
    for address in ("/build", "/build/app/lending", "/build/gallery", "/build/new/entity?app=lending", "/build/export?app=lending"):
        vera.get(address)
        with room.statements() as seen:
            assert vera.get(address).status_code == 200
        assert len(seen) <= 12, (address, seen)
