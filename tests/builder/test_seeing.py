"""Looking as somebody else: marked on every page, changing nothing, never more than oneself may, written down, over with the session."""

from shuke.definitions import store
from shuke.screens.screen import ROUTES


def test_every_page_is_the_other_s_and_says_so(room, vera):
    assert vera.get("/r/book?lang=en").text.count("Preview: you see what") == 0
    started = vera.post("/build/see-as", {"user": room.ids["nora"]})
    assert started.status_code == 303
    page = vera.get("/r/book?lang=en").text
    assert "Preview: you see what 诺拉 sees." in page and "You are 韦拉." in page
    assert vera.get("/admin").status_code == 403
    far = room.scalar("SELECT id FROM e_reader WHERE unit_id = (SELECT unit_id FROM e_user WHERE username = 'sam') LIMIT 1")
    assert vera.get(f"/r/reader/{far}").status_code == 404


def test_nothing_can_be_changed_and_a_sentence_says_why(room, vera):
    vera.post("/build/see-as", {"user": room.ids["nora"]})
    before = room.scalar("SELECT count(*) FROM e_reader")
    answer = vera.post("/r/reader/new?lang=en", {"name": "Zed", "card": "Z-1"}, htmx=True)
    assert answer.status_code == 403 and "nothing can be changed" in answer.headers["HX-Trigger"]
    assert room.scalar("SELECT count(*) FROM e_reader") == before
    for address in ("/language", "/build/edit", "/files", "/me/sessions/end"):
        assert vera.post(address, {"locale": "zh"}).status_code == 403, address


def test_what_is_the_other_s_alone_is_not_shown(room, vera):
    vera.post("/build/see-as", {"user": room.ids["nora"]})
    for address in ("/me", "/me/password", "/imports", "/bulk/1"):
        answer = vera.get(f"{address}?lang=en")
        assert answer.status_code == 403, address
        assert "a preview does not show it" in answer.text, address


def test_no_screen_that_writes_is_free_to_previews_but_leaving():
    free = {name for name, route in ROUTES.items() if route.preview == "free"}
    assert free == {"web.logout", "web.stop_to_see_as"}


def test_leaving_and_signing_out_end_the_preview(room, vera):
    vera.post("/build/see-as", {"user": room.ids["nora"]})
    assert vera.post("/build/see-as/leave", {}).headers["Location"] == "/build/see-as"
    assert "Preview:" not in vera.get("/build?lang=en").text
    vera.post("/build/see-as", {"user": room.ids["nora"]})
    vera.post("/logout", {})
    assert room.scalar("SELECT count(*) FROM sk_seeing WHERE ended_at IS NULL") == 0
    assert room.scalar("SELECT count(*) FROM sk_session") == 0
    again = room.person("vera")
    assert "Preview:" not in again.get("/?lang=en").text


def test_each_preview_is_written_down_and_listed(room, vera):
    vera.post("/build/see-as", {"user": room.ids["nora"]})
    vera.post("/build/see-as/leave", {})
    vera.post("/build/see-as", {"role": "volunteer"})
    vera.post("/build/see-as/leave", {})
    page = vera.get("/build/see-as?lang=en").text
    assert "Who has looked as whom" in page
    assert room.scalar("SELECT count(*) FROM sk_seeing WHERE user_id = (SELECT id FROM e_user WHERE username = 'vera') AND ended_at IS NOT NULL") == 2


def test_a_group_is_seen_by_a_stand_in_of_a_unit(room, vera):
    unit = room.scalar("SELECT unit_id FROM e_user WHERE username = 'nora'")
    vera.post("/build/see-as", {"role": "volunteer", "unit": unit})
    page = vera.get("/r/reader?lang=en")
    assert page.status_code == 200 and "Preview: you see what 志愿者 sees." in page.text
    assert vera.get("/r/loan?lang=en").status_code == 200
    assert vera.get("/admin").status_code == 403


def test_one_never_sees_more_than_oneself_may(room, vera, nora):
    """Nora builds as well, but sees no prices and administers nothing: neither does she as the librarian."""
    priced = room.scalar("SELECT id FROM e_book WHERE price IS NOT NULL LIMIT 1")
    price = "Price"
    assert price in vera.get(f"/r/book/{priced}?lang=en").text
    nora.post("/build/see-as", {"user": room.ids["vera"]})
    page = nora.get(f"/r/book/{priced}?lang=en")
    assert page.status_code == 200 and "Preview: you see what 韦拉 sees." in page.text
    assert price not in page.text
    assert nora.get("/admin").status_code == 403
    assert nora.get("/build").status_code == 200


def test_only_builders_may_look_as_others_and_forgery_is_refused(room, vera):
    sam = room.person("sam")
    with room.database.read():
        assert "build" in next(one for one in store.documents_of(2) if one.key == ("role", "volunteer")).body["abilities"]
    assert vera.client.post("/build/see-as", data={"user": room.ids["nora"]}).status_code == 400
    assert "Preview:" not in vera.get("/?lang=en").text
    assert sam.post("/build/see-as", {"user": room.ids["sam"]}).status_code == 422
    assert vera.post("/build/see-as", {"role": "ghost"}).status_code == 422
    assert vera.post("/build/see-as", {"user": 99}).status_code == 404


def test_who_may_build_no_more_is_oneself_again(room, vera, nora):
    nora.post("/build/see-as", {"user": room.ids["vera"]})
    with room.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM ab_user_role WHERE user_id = (SELECT id FROM e_user WHERE username = 'nora')")
        store.bump_security_epoch()
    assert "Preview:" not in nora.get("/?lang=en").text
