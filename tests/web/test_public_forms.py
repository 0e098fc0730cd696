"""Public forms: anybody may send what is listed, nothing else arrives, and nobody learns anything by it."""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image
from reading_room import LIBRARY, configuration

from shuke import records
from shuke.access import Actor
from shuke.core.db import Database, connection
from shuke.core.errors import InvalidInput
from shuke.definitions import store
from shuke.definitions.current import catalogue
from shuke.definitions.load import load_template
from shuke.definitions.model import Document
from shuke.definitions.problems import DefinitionErrors
from shuke.publishing.checks import check
from shuke.publishing.publish import publish
from shuke.records import Query, files
from shuke.records.history import history
from shuke.transfer.running import surroundings
from shuke.web import installation, public_entries, public_files, public_forms, public_pages
from shuke.web.app import create_app

SYSTEM = Actor.system("test")
JOIN: dict[str, Any] = {
    "address": "join-us", "fields": ["name", "kind", "born", "remarks"], "prefill": ["remarks", "email"],
    "title": {"zh": "办证", "en": "Join us"}, "thanks": {"zh": "收到了。", "en": "See you soon."}, "consent": {"zh": "同意保存资料。", "en": "Keep my data."},
    "embed": ["https://library.example"],
}
COPY: dict[str, Any] = {"address": "give", "fields": ["book", "condition"], "choices": {"book": "title <> \"Secret\""}}


class Stand:
    """The library with its public forms, as strangers meet it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.forms({"reader.form.join": JOIN, "copy.form.give": COPY})
        installation.prepare(database)
        self.app = create_app(configuration(folder), database)
        self.client: FlaskClient = self.app.test_client()

    def forms(self, publics: Mapping[str, dict[str, Any]]) -> None:
        with self.database.read():
            documents = [one for one in store.documents_of(store.published_version()) if one.name not in publics]
        publish(self.database, SYSTEM, [*documents, *(view(name, public) for name, public in publics.items())])

    def add(self, entity: str, **values: Any) -> int:
        with surroundings(self.database, "en", write=True):
            return records.save(SYSTEM, catalogue().entity(entity), values).id

    def all(self, entity: str, *fields: str) -> list[dict[str, Any]]:
        with surroundings(self.database, "en"):
            found = records.query(SYSTEM, catalogue().entity(entity), Query(fields=fields, limit=100)).records
            return [dict(one.values) for one in found]

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(address, headers={"Accept-Language": "en", **headers})

    def send(self, address: str, values: Mapping[str, Any]) -> Any:
        return self.client.post(f"/f/{address}?lang=en", data={"_agreed": "1", **values})


def view(name: str, public: dict[str, Any]) -> Document:
    entity = name.split(".", maxsplit=1)[0]
    layout = [{"type": "field", "field": field} for field in public["fields"] if field != "nothing"]
    return Document("view", name, "lending", {"kind": "form", "entity": entity, "label": {"zh": "表", "en": "Form"}, "layout": layout, "public": public})


@pytest.fixture
def stand(library_database: Database, tmp_path: Path) -> Stand:
    return Stand(library_database, tmp_path)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many are sent here that the limit of an address would be in the way."""
    monkeypatch.setattr(public_forms, "allows", lambda _limit, _key: True)


def test_a_stranger_sends_a_form_and_a_record_is_there(stand: Stand) -> None:
    page = stand.get("/f/join-us?lang=en&remarks=by+tram&email=a@b.example")
    assert page.status_code == 200 and "Join us" in page.text and "by tram" in page.text
    assert 'type="hidden" name="email" value="a@b.example"' in page.text, "the address may give what is not shown"
    key = re.search(r'name="_key" value="([^"]+)"', page.text)
    assert key
    sent = {"_key": key[1], "name": "Ada", "kind": "child", "born": "2015-12-10", "remarks": "by tram", "email": "a@b.example"}
    answer = stand.send("join-us", sent)
    assert answer.status_code == 303 and "See you soon." in stand.get(answer.headers["Location"]).text
    (ada,) = stand.all("reader", "name", "kind", "remarks", "email", "owner", "created_by")
    assert (ada["name"], ada["kind"], ada["email"], ada["owner"], ada["created_by"]) == ("Ada", "child", "a@b.example", None, None)
    assert stand.send("join-us", sent).status_code == 303, "the button was pressed twice"
    assert len(stand.all("reader", "name")) == 1
    with surroundings(stand.database, "en"):
        entry = connection().execute(sa.select(public_entries.entry_table)).one()
        assert (entry.view, entry.entity, entry.consent, entry.language) == ("reader.form.join", "reader", "Keep my data.", "en")
        (made,) = history(SYSTEM, catalogue().entity("reader"), entry.record_id)
        assert (made.actor, made.reason) == ("Public form: Join us", "Agreed: Keep my data.")


def test_it_speaks_both_languages(stand: Stand) -> None:
    assert "办证" in stand.get("/f/join-us?lang=zh").text and "发送" in stand.get("/f/join-us?lang=zh").text
    assert 'lang="zh"' in stand.get("/f/join-us?lang=en").text


@pytest.mark.usefixtures("patient")
def test_whatever_is_not_listed_is_not_looked_at(stand: Stand) -> None:
    more = {"daily_fine": "0", "card": "R1", "mobile": "13800000000", "owner": "1", "unit": "1", "id": "5", "created_at": "2020-01-01", "fines": "-5", "loan_count": "9", "_accept": "1"}
    assert stand.send("join-us", {"name": "Bob", **more}).status_code == 303
    (bob,) = stand.all("reader", "name", "mobile", "daily_fine", "owner", "unit", "card")
    assert bob["mobile"] is None and bob["daily_fine"] is not None and bob["daily_fine"] != 0 and bob["owner"] is None and bob["unit"] is None and bob["card"] != "R1"


def test_the_actor_of_a_form_can_do_no_more_than_add(stand: Stand) -> None:
    with surroundings(stand.database, "en", write=True):
        reader, book = catalogue().entity("reader"), catalogue().entity("book")
        actor = public_pages.actor_of(catalogue().views["reader.form.join"], "")
        made = records.save(SYSTEM, reader, {"name": "Eve"}).id
        assert not records.query(actor, reader, Query(fields=("name",))).records
        for refused in (
            lambda: records.save(actor, reader, {"name": "Eva"}, id=made), lambda: records.save(actor, reader, {"name": "F", "mobile": "13800000000"}),
            lambda: records.save(actor, book, {"title": "B"}), lambda: records.query(actor, book, Query(fields=("title",))), lambda: records.get(actor, reader, made),
        ):
            with pytest.raises(Exception, match=r".") as said:
                refused()
            assert type(said.value).__name__ in {"NotAllowed", "InvalidInput", "NotFound"}, said.value


TEXTS = (
    "'; DROP TABLE e_reader; --", "\" OR 1=1 --", "<script>alert(1)</script>", "{{ 7*7 }}", "%(x)s", "'\"><img src=x onerror=alert(1)>", "\x00", "a" * 5000,
)


@pytest.mark.usefixtures("patient")
def test_text_is_text_whatever_it_says(stand: Stand) -> None:
    for text in TEXTS:
        _harmless(stand, text)
    assert stand.all("reader", "name") == []


def _harmless(stand: Stand, text: str) -> None:
    answer = stand.send("join-us", {"name": text, "born": text, "kind": text, "remarks": text})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text and "49" not in re.sub(r"<[^>]+>", "", answer.text)
    prefilled = stand.client.get("/f/join-us", query_string={"remarks": text, "email": text, "name": text, "lang": "en"})
    assert prefilled.status_code == 200 and "<script>alert" not in prefilled.text and "<img src=x" not in prefilled.text


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(stand: Stand) -> None:
    answer = stand.send("join-us", {"name": "", "born": "yesterday-ish", "remarks": "kept", "_agreed": ""})
    assert answer.status_code == 422 and "kept" in answer.text and answer.text.count('class="public-error"') >= 2
    without = stand.client.post("/f/join-us?lang=en", data={"name": "Ada"})
    assert without.status_code == 422 and "Please agree to this first." in without.text and stand.all("reader", "name") == []


def test_only_the_listed_records_can_be_chosen_and_only_their_titles_are_seen(stand: Stand) -> None:
    one, secret, reader = stand.add("book", title="Dream of the Red Chamber", isbn="978-1"), stand.add("book", title="Secret"), stand.add("reader", name="Ada")
    page = unescape(stand.get("/f/give?lang=en").text)
    assert "Dream of the Red Chamber" in page and "Secret" not in page and "978-1" not in page
    for wrong in (secret, reader, 1, "x", ""):
        assert stand.send("give", {"book": str(wrong), "condition": "good"}).status_code == 422
    assert stand.send("give", {"book": str(one), "condition": "good"}).status_code == 303
    assert len(stand.all("copy", "book")) == 1


def test_programs_that_fill_in_everything_are_thanked_and_forgotten(stand: Stand) -> None:
    assert stand.send("join-us", {"name": "Bot", public_pages.TRAP: "http://spam.example"}).status_code == 303
    assert stand.all("reader", "name") == []


def test_an_address_may_send_ten_in_a_minute(stand: Stand) -> None:
    said = {stand.send("join-us", {"name": f"R{number}"}).status_code for number in range(24)}
    assert said == {303, 429}
    assert len(stand.all("reader", "name")) < 24


CLOSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"most": 2}, "This form is full"), ({"per_day": 2}, "That is all for today"), ({"until": "2001-01-01"}, "This form has closed."), ({"open": False}, "closed at the moment"),
)


@pytest.mark.usefixtures("patient")
def test_a_closed_form_says_so_kindly_and_takes_nothing(stand: Stand) -> None:
    for number in range(2):
        stand.send("join-us", {"name": f"R{number}"})
    for limit, sentence in CLOSED:
        stand.forms({"reader.form.join": {**JOIN, **limit}})
        page = stand.get("/f/join-us?lang=en")
        assert page.status_code == 200 and sentence in page.text and "<form" not in page.text
        assert stand.send("join-us", {"name": "late"}).status_code == 410
    assert len(stand.all("reader", "name")) == 2


def test_only_the_listed_sites_may_show_it_inside_of_theirs(stand: Stand) -> None:
    own, other, page = stand.get("/f/join-us"), stand.get("/f/give"), stand.get("/login")
    assert "frame-ancestors https://library.example" in own.headers["Content-Security-Policy"] and "X-Frame-Options" not in own.headers
    for strict in (other, page, stand.get("/f/nothing")):
        assert "frame-ancestors 'none'" in strict.headers["Content-Security-Policy"] and strict.headers["X-Frame-Options"] == "DENY"
    assert stand.get("/f/nothing").status_code == 404 and "Set-Cookie" not in own.headers


def test_what_is_sent_needs_no_cookie_and_uses_none(stand: Stand) -> None:
    """An embedded form gets no cookies; and another site that sends it in somebody's browser gains nothing by that."""
    answer = stand.client.post("/f/join-us", data={"name": "X", "_agreed": "1"}, headers={"Sec-Fetch-Site": "cross-site", "Cookie": "shuke=whatever"})
    assert answer.status_code == 303 and "Set-Cookie" not in answer.headers


PICTURE = {"type": "string", "x-type": "image", "x-label": {"zh": "照片", "en": "Photo"}}
PAPER = {"type": "string", "x-type": "file", "x-label": {"zh": "附件", "en": "Paper"}, "x-accept": ["application/*"], "x-max-size": 2000}
WITH_FILES = {"reader.form.join": {**JOIN, "fields": ["name", "remarks", "photo", "paper"]}}


def photo(size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (200, 10, 10)).save(target, "JPEG", **options)
    return target.getvalue()


@pytest.fixture
def counter(stand: Stand) -> Stand:
    """The form that also asks for a photo and a paper."""
    with stand.database.read():
        documents = [one for one in store.documents_of(store.published_version()) if one.name != "reader.form.join"]
    changed = [with_files(one) if one.key == ("entity", "reader") else one for one in documents]
    publish(stand.database, SYSTEM, [*changed, *(view(name, public) for name, public in WITH_FILES.items())])
    return stand


def with_files(reader: Document) -> Document:
    return replace(reader, body={**reader.body, "properties": {**reader.body["properties"], "photo": PICTURE, "paper": PAPER}})


def on_disk(stand: Stand) -> list[str]:
    return sorted(path.name for path in (stand.folder / "files").rglob("*") if path.is_file())


def known_files(stand: Stand) -> int:
    with surroundings(stand.database, "en"):
        return int(connection().scalar(sa.select(sa.func.count()).select_from(files.file_table)) or 0)


def sent_with(stand: Stand, values: Mapping[str, Any], **given: tuple[bytes, str] | Iterable[tuple[bytes, str]]) -> Any:
    return stand.send("join-us", {**values, **{name: (io.BytesIO(one[0]), one[1]) for name, one in given.items()}})


def test_a_picture_and_a_paper_come_with_the_form(counter: Stand) -> None:
    page = counter.get("/f/join-us?lang=en")
    assert 'enctype="multipart/form-data"' in page.text and 'accept="image/jpeg,image/png,image/webp,image/gif"' in page.text and "PDF, DOCX, XLSX; at most" in page.text
    exif = Image.Exif()
    exif[0x010E] = "at home"
    answer = sent_with(counter, {"name": "Ada"}, photo=(photo(exif=exif), "../../p.jpg"), paper=(b"%PDF-1.7", "a.pdf"))
    assert answer.status_code == 303
    (ada,) = counter.all("reader", "name", "photo", "paper")
    assert (ada["photo"].name, ada["paper"].name, ada["paper"].mime) == ("p.jpg", "a.pdf", "application/pdf")
    with surroundings(counter.database, "en"), files.use_folder(counter.folder / "files"):
        stored, content = files.read(ada["photo"].id)
        assert (stored.entity, stored.field, stored.created_by) == ("reader", "photo", 0) and b"at home" not in content
    for address in (f"/files/{ada['photo'].id}", f"/files/{ada['photo'].id}?size=small", "/files"):
        assert counter.get(address).status_code in (302, 303, 401, 404, 405), "strangers read and list nothing"


WRONG_FILES: tuple[tuple[str, bytes, str, str], ...] = (
    ("photo", b"%PDF-1.7", "a.pdf", "not taken here"), ("photo", b"<svg onload=alert(1)>", "a.svg", "not taken here"), ("photo", b"\x89PNG\r\n\x1a\nbroken", "a.png", "cannot be read"),
    ("photo", b"", "a.png", "is empty"), ("paper", b"%PDF-" + b"x" * 3000, "a.pdf", "too large"), ("paper", b"PK\x03\x04", "a.zip", "not taken here"),
    ("paper", b"PK\x03\x04", "a.docm", "not taken here"), ("paper", b"<html><script>alert(1)</script>", "a.pdf", "not taken here"), ("paper", b"a,b", "a.csv", "not taken here"),
)


@pytest.mark.usefixtures("patient")
def test_nothing_of_a_refused_form_is_kept(counter: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    good = (photo(), "p.jpg")
    for name, content, called, said in WRONG_FILES:
        other = {"paper": (b"%PDF-1.7", "b.pdf")} if name == "photo" else {"photo": good}
        answer = sent_with(counter, {"name": "Ada", "remarks": "kept"}, **{name: (content, called), **other})
        assert answer.status_code == 422 and said in answer.text and "kept" in answer.text and "Please choose the file again." in answer.text, called
    assert sent_with(counter, {"name": ""}, photo=good).status_code == 422
    assert sent_with(counter, {"name": "Ada", public_pages.TRAP: "x"}, photo=good).status_code == 303
    assert on_disk(counter) == [] and known_files(counter) == 0
    def refuse(*_given: Any) -> None:
        assert len(on_disk(counter)) == 2, "the record stood, and its picture"
        raise InvalidInput({"mobile": ["no"]})

    with monkeypatch.context() as late:
        late.setattr(public_entries, "note", refuse)
        assert sent_with(counter, {"name": "Ada"}, photo=good).status_code == 422
    assert on_disk(counter) == [] and known_files(counter) == 0 and counter.all("reader", "name") == []


@pytest.mark.usefixtures("patient")
def test_files_come_as_files_and_only_where_they_are_asked_for(counter: Stand) -> None:
    assert sent_with(counter, {"name": "Ada"}, photo=(photo(), "p.jpg")).status_code == 303
    (ada,) = counter.all("reader", "photo")
    assert counter.send("join-us", {"name": "Thief", "photo": str(ada["photo"].id)}).status_code == 303
    assert sent_with(counter, {"name": "Bob"}, remarks=(photo(), "p.jpg"), card=(photo(), "p.jpg")).status_code == 303
    assert [one["photo"] is not None for one in counter.all("reader", "photo")].count(True) == 1 and known_files(counter) == 1
    key = {"name": "Cy", "_key": "pressed-twice"}
    assert {sent_with(counter, key, photo=(photo(), "p.jpg")).status_code for _press in range(2)} == {303}
    assert known_files(counter) == 2 and len(on_disk(counter)) == 4, "each picture and its small copy"


def test_so_many_and_so_large_files_are_taken(counter: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_forms, "allows", lambda _limit, _key: True)
    large = counter.client.post("/f/join-us?lang=en", data={"name": "Ada", "paper": (io.BytesIO(b"%PDF-" + b"x" * (public_files.MOST_TOGETHER + 70_000)), "a.pdf")})
    assert large.status_code == 413 and "at most 20 MB" in large.text
    assert counter.client.post("/f/give?lang=en", data={"book": "x" * 70_000}).status_code == 413, "a form without files is small"
    monkeypatch.setattr(public_files, "allows", lambda limit, _key: limit is not public_files.PUBLIC_FILES_OF_FORM)
    full = sent_with(counter, {"name": "Ada"}, paper=(b"%PDF-1.7", "a.pdf"))
    assert full.status_code == 429 and "No more files" in full.text and counter.send("join-us", {"name": "Bob"}).status_code == 303
    monkeypatch.setattr(public_forms, "allows", lambda _limit, _key: False)
    often = sent_with(counter, {"name": "Ada"}, paper=(b"%PDF-1.7", "a.pdf"))
    assert often.status_code == 429 and "<form" not in often.text and known_files(counter) == 0


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"fields": ["name", "mobile"]}, "public/fields/1"), ({"fields": ["name", "nothing"]}, "public/fields/1"), ({"fields": ["kind"]}, "public/fields"),
    ({"fields": ["name", "fines"]}, "public/fields/1"), ({"fields": ["name", "created_at"]}, "public/fields/1"), ({"prefill": ["card"]}, "public/prefill/0"),
    ({"address": "give"}, "public/address"), ({"until": "2026-02-30"}, "public/until"), ({"choices": {"kind": "TRUE"}}, "public/choices/kind"),
)


def test_a_form_that_would_tell_or_take_too_much_is_not_published() -> None:
    for change, where in REFUSED:
        assert where in problems({"reader.form.join": {**JOIN, **change}, "copy.form.give": COPY}), change
    assert "public/fields/0" in problems({"copy.form.give": {**COPY, "choices": {}}}), "a link says what can be chosen"
    assert problems({"reader.form.join": JOIN, "copy.form.give": COPY}) == []


def test_a_form_takes_few_files_and_only_of_kinds_that_strangers_may_send() -> None:
    documents = load_template(LIBRARY)
    reader = next(one for one in documents if one.key == ("entity", "reader"))
    more = {f"photo_{number}": PICTURE for number in range(7)} | {"tape": {**PAPER, "x-accept": ["application/zip"]}}
    changed = replace(reader, body={**reader.body, "properties": {**reader.body["properties"], **more}})
    rest = [one for one in documents if one is not reader]

    def said(**public: Any) -> list[str]:
        try:
            check([changed, *rest, view("reader.form.join", {**JOIN, **public})], 0)
        except DefinitionErrors as wrong:
            return [one.path for one in wrong.problems]
        return []

    names = [f"photo_{number}" for number in range(6)]
    assert said(fields=["name", *names[:5]]) == []
    assert "public/fields/6" in said(fields=["name", *names])
    assert "public/fields/1" in said(fields=["name", "tape"])
    assert "public/prefill/0" in said(prefill=["photo_0"])


def problems(publics: Mapping[str, dict[str, Any]]) -> list[str]:
    try:
        check([*load_template(LIBRARY), *(view(name, public) for name, public in publics.items())], 0)
    except DefinitionErrors as wrong:
        return [one.path for one in wrong.problems]
    return []
