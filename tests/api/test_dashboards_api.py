"""Dashboards for programs: the same numbers as on the page, for the same eyes."""

from api.conftest import Library


def test_programs_read_the_numbers_of_dashboards(library: Library) -> None:
    vera, nora = library.program("vera"), library.program("nora")
    assert [one["name"] for one in vera.get("/dashboards")["dashboards"]] == ["circulation", "desk"]
    assert [one["name"] for one in nora.get("/dashboards")["dashboards"]] == ["circulation"]
    found = vera.get("/dashboards/circulation?period=all")
    by_place = {part["place"]: part for part in found["parts"]}
    assert by_place[0]["values"][0] == {"label": "Loans", "value": 3, "text": "3"}
    assert sum(by_place[2]["series"][0]["values"]) == 3
    assert (found["from"], found["to"]) == (None, None)
    assert vera.get("/dashboards/desk")["parts"][1]["records"]


def test_a_hidden_part_is_no_part(library: Library) -> None:
    parts = library.program("nora").get("/dashboards/circulation")["parts"]
    assert 4 not in {part["place"] for part in parts}
    assert library.program("nora").ask("GET", "/dashboards/desk").status_code == 404
    assert library.program("vera").ask("GET", "/dashboards/circulation?unit=1234567").status_code == 404
