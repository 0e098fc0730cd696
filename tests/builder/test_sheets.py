"""From a spreadsheet to an app: brought, looked at, corrected, made, published, with all of its rows; no cell is lost."""

import csv
import io
import re
import zipfile

import pytest
import xlsxwriter
from empty_company import empty_company
from sheet_files import SHOPS, VISITS, WRONG, as_csv

from shuke.core.db import Database
from shuke.core.i18n import use_locale
from shuke.definitions import shared_drafts, store
from shuke.transfer.worker import Worker


@pytest.fixture(autouse=True)
def _english():
    with use_locale("en"):
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request, tmp_path):
    """The office on either database."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'company.sqlite'}")
        yield empty_company(tmp_path, database)
        database.dispose()
        return
    cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    database = Database(cluster.url(name))
    yield empty_company(tmp_path, database)
    database.dispose()
    cluster.drop(name)


@pytest.fixture
def ada(room):
    """Whoever builds in the library."""
    return room.person("vera")


def workbook(**sheets):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return content.getvalue()


def bring(person, *files):
    sent = {"csrf_token": person.token(), "file": [(io.BytesIO(content), name) for name, content in files]}
    return person.client.post("/build/sheets?lang=en", data=sent, content_type="multipart/form-data")


def brought(person, *files):
    answer = bring(person, *files)
    assert answer.status_code == 303, re.findall(r'alert-danger"[^>]*>([^<]+)', answer.text)
    return answer.headers["Location"]


def make(person, address, *, publish=True, **changes):
    form = person.form(f"{address}?lang=en", "sheets-form")
    form = {**form.to_dict(), **changes}
    return person.post(f"{address}/make?lang=en", {**form, **({"publish": "1"} if publish else {})}, htmx=True)


def work(room):
    while Worker(room.database).run_once():
        pass


def published(room):
    with room.database.read():
        return {one.key: one.body for one in store.documents_of(store.published_version())}


def test_a_workbook_becomes_an_app_with_all_its_rows(anywhere):
    ada = anywhere.person("ada")
    address = brought(ada, ("维修.xlsx", workbook(回访=[*VISITS, WRONG], 门店=SHOPS)))
    page = ada.get(f"{address}?lang=en").text
    assert "60 of 61 values" not in page and "61 of 61 values are amounts in CNY." in page
    assert "98% of the values stand in “门店” under “名称”." in page and "“门店 9”" in page
    made = make(ada, address)
    assert made.headers["HX-Redirect"].endswith(address), made.text
    documents = published(anywhere)
    visit = documents["entity", "hui_fang"]
    assert {name: schema["x-type"] for name, schema in visit["properties"].items()} == {
        "dan_hao": "text", "men_dian": "link", "fei_yong": "money", "zhe_kou": "percent", "man_yi": "boolean", "lei_xing": "choice", "bei_zhu": "text",
    }
    assert visit["properties"]["dan_hao"]["x-unique"] and documents["app", "wei_xiu"]["menu"] == [{"entity": "hui_fang"}, {"entity": "men_dian"}]
    assert visit["x-label"] == {"zh": "回访", "en": ""} and visit["properties"]["dan_hao"]["x-label"] == {"zh": "单号", "en": ""}, "words are in their own language; the other is seen to be missing"
    assert ada.get("/build/words?lang=en").text.count("回访") >= 1
    work(anywhere)
    assert anywhere.scalar("SELECT count(*) FROM e_men_dian") == 4
    assert anywhere.scalar("SELECT count(*) FROM e_hui_fang") == 60
    assert anywhere.scalar("SELECT count(men_dian) FROM e_hui_fang") == 60
    done = ada.get(f"{address}?lang=en").text
    assert "The import is finished; some rows were refused." in done and "1 row was refused" in done
    refused = ada.get(re.search(r'href="(/imports/\d+/refused\.csv)"', done)[1]).text
    assert "门店 9" in refused and "calc" in refused
    assert ada.get("/r/hui_fang?lang=en").status_code == 200 and "维修" in ada.get("/?lang=en").text


def test_several_csv_files_wait_with_the_draft_until_it_is_published(room, ada):
    address = brought(ada, ("shops.csv", as_csv(SHOPS)), ("visits.csv", as_csv(VISITS)))
    made = make(ada, address, publish=False, en="Repairs", zh="维修")
    assert made.headers["HX-Redirect"].endswith(address), made.text
    with room.database.read():
        assert shared_drafts.standing() is not None
    work(room)
    waiting = ada.get(f"{address}?lang=en").text
    assert "The rows wait for the draft to be published." in waiting and ada.get(f"{address}/files/0").data == as_csv(SHOPS)
    form = ada.form("/build/plan?lang=en", "plan", htmx=True)
    assert ada.post("/build/publish?lang=en", form, htmx=True).headers["HX-Redirect"] == "/build/versions"
    work(room)
    assert room.scalar("SELECT count(*) FROM e_shops") == 4 and room.scalar("SELECT count(*) FROM e_visits") == 60
    assert "The import is finished." in ada.get(f"{address}?lang=en").text


def test_what_was_undone_in_the_draft_can_be_made_again(room, ada):
    address = brought(ada, ("shops.csv", as_csv(SHOPS)))
    make(ada, address, publish=False)
    ada.post("/build/undo", {}, htmx=True)
    assert "not in the draft any more" in ada.get(f"{address}?lang=en").text
    ada.post(f"{address}/again", {})
    assert "sheets-form" in ada.get(f"{address}?lang=en").text


def test_guesses_are_corrected_one_by_one(room, ada):
    address = brought(ada, ("shops.csv", as_csv(SHOPS)), ("visits.csv", as_csv(VISITS)))
    form = ada.form(f"{address}?lang=en", "sheets-form").to_dict()
    form |= {"1.2.type": "text", "1.3.type": "date", "1.0.zh": "回访单号", "1.0.en": "Visit number", "1.0.name": "number"}
    form.pop("1.6.keep")
    drawn = ada.post(f"{address}/1?lang=en", form, htmx=True)
    assert "values do not fit" in drawn.text and "Chosen by you" in drawn.text
    form["1.3.type"] = "percent"
    form["1.1.type"] = "text"
    assert make(ada, address, **form).headers["HX-Redirect"].endswith(address)
    properties = published(room)["entity", "visits"]["properties"]
    assert list(properties) == ["number", "men_dian", "fei_yong", "zhe_kou", "man_yi", "lei_xing"]
    assert properties["number"]["x-label"] == {"zh": "回访单号", "en": "Visit number"} and properties["men_dian"]["x-type"] == "text"
    work(room)
    assert room.scalar("SELECT fei_yong FROM e_visits WHERE number = 'V007'") == "¥7.50"


def test_a_sheet_that_leads_to_itself_gets_its_links_once_all_rows_are_there(room, ada):
    rows = [["code", "name", "boss code"], *([f"P{number:02}", f"Person {number}", f"P{19 - number // 4:02}" if number < 19 else ""] for number in range(20))]
    address = brought(ada, ("people.csv", as_csv(rows)))
    make(ada, address)
    work(room)
    assert room.scalar("SELECT count(boss_code) FROM e_people") == 19
    assert room.scalar("SELECT b.code FROM e_people p JOIN e_people b ON b.id = p.boss_code WHERE p.code = 'P05'") == "P18"


def test_no_cell_is_lost(room, ada):
    """Every cell is in a record as it was, or in the file of refused rows."""
    rows = [["id", "amount", "day"], *([f"{number:03}", f"{number}.25", "2026-01-02" if number != 7 else "perhaps"] for number in range(1, 40)), ["001", "9", "2026-03-04"]]
    address = brought(ada, ("things.csv", as_csv(rows)))
    make(ada, address)
    work(room)
    page = ada.get(f"{address}?lang=en").text
    refused = list(csv.reader(io.StringIO(ada.get(re.search(r'href="(/imports/\d+/refused\.csv)"', page)[1]).text.removeprefix("\ufeff"))))
    assert "perhaps" in [cell for row in refused for cell in row]
    kept = room.scalar("SELECT count(*) FROM e_things")
    assert kept + len(refused) - 1 == 40


@pytest.mark.parametrize(("name", "content", "sentence"), [
    ("empty.csv", b"", "“empty.csv”: The file is empty."),
    ("words.xlsx", b"name,phone\nAnn,1\n", "no workbook"),
    ("old.xls", b"\xd0\xcf\x11\xe0" + b"0" * 100, "encrypted or of the old .xls kind"),
    ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0", "neither"),
    ("broken.xlsx", b"PK\x03\x04 nothing", "damaged"),
])
def test_files_that_cannot_be_read_are_refused_with_a_sentence(ada, name, content, sentence):
    answer = bring(ada, (name, content))
    assert answer.status_code == 422 and sentence in answer.text and name in answer.text


def test_a_bomb_and_too_many_files_are_refused(ada):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    assert "unpacks to too much" in bring(ada, ("bomb.xlsx", bomb.getvalue())).text
    assert "At most 12 files" in bring(ada, *((f"{number}.csv", b"a,b\n1,2\n") for number in range(13))).text
    assert bring(ada).status_code == 422


def test_nothing_is_made_of_nothing_and_others_files_do_not_exist(room, ada, nora):
    address = brought(ada, ("shops.csv", as_csv(SHOPS)))
    form = ada.form(f"{address}?lang=en", "sheets-form").to_dict()
    form.pop("0.keep")
    refused = ada.post(f"{address}/make?lang=en", form, htmx=True)
    assert refused.status_code == 422 and "Keep at least one sheet." in refused.text
    assert nora.get(address).status_code == 404
    assert ada.post(f"{address}/delete", {}).status_code == 303 and ada.get(address).status_code == 404


def test_a_builder_without_rights_on_everything_may_use_what_was_made(room, nora):
    address = brought(nora, ("shops.csv", as_csv(SHOPS)))
    make(nora, address)
    work(room)
    assert room.scalar("SELECT count(*) FROM e_shops") == 4 and nora.get("/r/shops?lang=en").status_code == 200
