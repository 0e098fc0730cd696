"""The help on formulas is made from the functions themselves, in the reader's language."""

from shuke.expressions import FUNCTIONS


def test_every_function_is_explained_in_both_languages(vera):
    for locale in ("zh", "en"):
        page = vera.get(f"/help/formulas?lang={locale}").text
        missing = [function.name for function in FUNCTIONS if f'id="{function.name}"' not in page or function.descriptions[locale] not in page.replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&#39;", "'")]
        assert missing == []


def test_the_help_finds_functions_by_their_words(vera):
    found = vera.get("/help/formulas?q=month&lang=en").text
    assert 'id="EOMONTH"' in found
    assert 'id="UPPER"' not in found


def test_a_stranger_is_asked_to_sign_in(room):
    assert room.app.test_client().get("/help/formulas").status_code in (302, 303)
