"""Every address of the application, as every kind of person: a route that this module does not know fails."""

from collections.abc import Mapping

import pytest
from access.company import Company
from access.faces import (
    UNKNOWN_ID,
    Ask,
    Asks,
    Visit,
    accounts,
    at,
    board_parts,
    boards,
    boards_of_cards,
    bulk,
    cells,
    digest,
    exported,
    filters,
    finds,
    forms,
    groups,
    layouts,
    lines,
    lists,
    live,
    movements,
    once,
    pastes,
    pickers,
    prints,
    related,
    same,
    starts,
    step_choices,
    steps,
    sums,
    text_of,
    timelines,
    values,
)
from werkzeug.test import TestResponse

import shuke.api.documents
import shuke.runtime.dashboards
import shuke.runtime.printing
from shuke.definitions.current import catalogue
from shuke.documents.pdf import Look, PagePicture
from shuke.screens.screen import ROUTES

R, API = "/r/{entity}", "/api/v1/records/{entity}"

READS: Mapping[str, Asks] = {
    "runtime.home": once("/"),
    "runtime.app_page": once("/a/customer", "/a/order", "/a/no_such_app"),
    "runtime.dashboard": boards("/d/{name}", "/d/{name}?whole=1", "/d/{name}?period=all&whole=1"),
    "runtime.dashboard_part": board_parts(""),
    "runtime.dashboard_numbers": board_parts(".csv"),
    "runtime.dashboard_pdf": boards("/d/{name}.pdf"),
    "api.list_dashboards": once("/api/v1/dashboards"),
    "api.get_dashboard": boards("/api/v1/dashboards/{name}", "/api/v1/dashboards/{name}?period=all"),
    "runtime.search": once("/search?q=a", "/search?q=1", "/search?q=Qmark"),
    "runtime.suggestions": once("/search/suggestions?q=a&box=search", "/search/suggestions?q=1", "/search/suggestions?q=Qmark&bare=1"),
    "runtime.palette": once("/palette"),
    "runtime.record_list": lists,
    "runtime.list_rows": groups,
    "runtime.lane_cards": boards_of_cards,
    "runtime.choose_step": step_choices,
    "runtime.choose_columns": layouts,
    "runtime.choose_sort": at(R + "/sort"),
    "runtime.choose_group": at(R + "/group"),
    "runtime.new_view": at(R + "/views/new"),
    "runtime.edit_cell": cells,
    "runtime.bulk_edit": bulk,
    "runtime.record_page": at(R + "/{id}"),
    "runtime.record_history": at(R + "/{id}/history", R + "/{id}/history?kind=comment"),
    "runtime.value_history": values,
    "runtime.record_related": related,
    "runtime.record_timeline": timelines,
    "runtime.find_on_page": finds,
    "runtime.start_action": starts,
    "runtime.delete_record": at(R + "/{id}/delete"),
    "runtime.record_movements": movements,
    "runtime.edit_record": at(R + "/{id}/edit"),
    "runtime.new_record": forms,
    "runtime.live": live,
    "runtime.new_line": lines,
    "runtime.paste": pastes,
    "runtime.pick": pickers,
    "runtime.options": at(R + "/options"),
    "runtime.lookup": at(R + "/lookup"),
    "runtime.edit_filter": filters,
    "runtime.recycle_bin": at(R + "/recycle"),
    "runtime.export_list_csv": at(R + "/export.csv"),
    "runtime.export_list_xlsx": at(R + "/export.xlsx"),
    "runtime.print_record": prints(R + "/{id}/documents/{name}.pdf"),
    "runtime.print_records": prints(R + "/print.pdf?id={id}&document={name}"),
    "runtime.print_preview": prints(R + "/print/preview?id={id}&document={name}"),
    "runtime.print_choice": at(R + "/print?id={id}"),
    "runtime.do": steps,
    "runtime.import_start": at(R + "/import"),
    "runtime.import_history": once("/imports"),
    "api.list_records": at(API, API + "?deleted=true", API + "?sort=created_at&limit=200"),
    "api.get_record": at(API + "/{id}"),
    "api.list_history": at(API + "/{id}/history"),
    "api.list_comments": at(API + "/{id}/comments"),
    "api.list_transitions": at(API + "/{id}/transitions"),
    "api.aggregate_records": sums,
    "api.export_records": exported(("csv", "xlsx")),
    "api.print_document": prints(API + "/{id}/documents/{name}.pdf"),
    "api.list_documents": at(API + "/documents"),
    "api.get_schema": at("/api/v1/schemas/{entity}"),
    "api.list_schemas": once("/api/v1/schemas"),
    "api.list_ledgers": once("/api/v1/ledgers"),
    "api.get_account": accounts,
    "api.list_imports": once("/api/v1/imports"),
    "api.search_records": once("/api/v1/search?q=a", "/api/v1/search?q=1", "/api/v1/search?q=Qmark"),
    "api.get_openapi": once("/api/v1/openapi.json"),
    "web.me": once("/me"),
}
"""Routes that show records, and how they are asked."""

ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys((
        "runtime.restore_record", "runtime.comment_on_record", "runtime.change_comment", "runtime.take_comment_back", "runtime.add_to_timeline",
        "runtime.restore_old_value", "api.create_record", "api.change_record", "api.delete_record", "api.restore_record",
        "api.fire_transition", "api.add_comment", "api.import_records", "api.post_entry", "runtime.import_upload",
    ), "test_writing_paths"),
    **dict.fromkeys((
        "runtime.import_page", "runtime.import_progress", "runtime.import_mapping", "runtime.import_look", "runtime.import_map",
        "runtime.import_reading", "runtime.import_take", "runtime.import_cancel", "runtime.import_delete", "runtime.import_refused",
        "runtime.import_mapping_file", "api.get_import", "api.get_refused", "api.start_import", "api.cancel_import",
    ), "test_an_import_is_its_owner_s_alone"),
    **dict.fromkeys(("runtime.save_view", "runtime.edit_view", "runtime.delete_view", "runtime.open_first"), "test_saved_views"),
    **dict.fromkeys(("runtime.bulk_delete", "runtime.bulk_step", "runtime.bulk_undo", "runtime.bulk_page", "runtime.bulk_stop", "runtime.bulk_back"), "test_bulk"),
    **dict.fromkeys(("runtime.move_card", "runtime.reschedule"), "test_cards"),
    "runtime.upload_file": "test_files_follow_the_rights_on_their_field",
    "runtime.download_file": "test_files_follow_the_rights_on_their_field",
    **dict.fromkeys((
        "web.admin", "web.role_list", "web.role", "web.company", "web.system", "web.token_list", "web.revoke", "web.unit_list", "web.edit_unit",
        "web.new_unit", "web.user_list", "web.edit_user", "web.reset_password", "web.new_user", "api.list_definitions", "api.get_definition",
        "web.look", "web.number_list", "web.change_list", "web.bin_list", "web.lookup_list", "web.import_list", "web.job_list", "web.retry_job",
        "web.cancel_job", "web.rule_run_list", "web.session_list", "web.end_session_of", "web.sign_in_list", "web.clock_page",
        "api.put_definition", "api.remove_definition", "api.list_drafts", "api.plan_draft", "api.publish_draft",
        "builder.new_thing", "builder.begin", "builder.edit_menu", "builder.remove_app_form", "builder.remove_app", "builder.app_head", "builder.gallery",
        "builder.bring_package", "builder.package_page", "builder.install_package", "builder.export_form", "builder.export_package",
        "builder.home", "builder.search_all", "builder.document_page", "builder.problem_list", "builder.be_present", "builder.change_list",
        "builder.bring_up_to_date", "builder.forget_left_out", "builder.discard", "builder.edit_value", "builder.undo", "builder.redo",
        "builder.plan_dialog", "builder.publish_draft", "builder.progress", "builder.version_list", "builder.version_changes",
        "builder.set_reach", "builder.edit_rules", "builder.set_field_right", "builder.show_detail", "builder.right_warnings", "web.see_as", "web.start_to_see_as", "builder.why",
        "builder.draw_map", "builder.where_used", "builder.hide_first_steps",
        "builder.restore_dialog", "builder.restore", "builder.edit_panel", "builder.apply_condition", "builder.edit_condition", "builder.look_at_formula", "builder.try_number", "builder.removal_dialog", "builder.remove", "builder.word_list", "builder.write_words", "builder.try_pattern", "builder.view_preview", "builder.view_side", "builder.edit_columns", "builder.edit_table_columns", "builder.edit_parts", "builder.edit_views",
        "builder.edit_entries", "builder.edit_field",
        "builder.sheets_start", "builder.bring_sheets", "builder.sheets_page", "builder.correct_sheet", "builder.make_app", "builder.sheets_progress",
        "builder.take_rows", "builder.take_up_again", "builder.delete_sheets", "builder.sheets_file",
        "builder.form_canvas", "builder.chosen_part", "builder.form_uses", "builder.form_on_phone", "builder.edit_form", "builder.add_form",
        "builder.print_design", "builder.edit_blocks", "builder.print_look", "builder.print_pdf", "builder.add_print", "builder.edit_public",
    ), "test_administration_is_closed_to_everybody_else"),
}
"""Routes with a test of their own: its name."""

WITHOUT_RECORDS: Mapping[str, str] = {
    "static": "files of the product", "livez": "says that the process lives", "readyz": "says that the database answers",
    "web.login": "asks who is there", "web.public_form": "takes what strangers send and shows the titles that its definition offers; see tests/web/test_public_forms", "web.logout": "ends the session", "web.language": "keeps a language", "web.first_run": "closed once somebody has an account",
    "web.manifest": "name and pictures of the product", "builder.choose_icon": "pictures of the product", "web.worker": "a script of the product", "web.offline": "a page without data",
    "web.brand_style": "the company's colour", "web.brand_logo": "the company's logo, no other file",
    "web.stop_to_see_as": "ends one's own preview",
    "web.fresh_token": "one's own token against forgery", "web.change_password": "one's own password", "web.end_own_session": "one's own sessions",
    "runtime.formulas": "explains functions", "api.interactive_page": "a page that draws the description of the API",
}
"""Routes that read no record, and why."""

VISITORS = ("clerk1", "online1", "nobody", "mixed", "shadow0", "shadow1")


def test_every_route_is_known_here(sqlite_company: Company) -> None:
    served = {rule.endpoint for rule in sqlite_company.app.url_map.iter_rules()}
    known = [*READS, *ELSEWHERE, *WITHOUT_RECORDS]
    assert len(known) == len(set(known))
    assert set(known) == served
    assert set(ROUTES) - served == set()


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are compared before they are drawn, which takes a second each."""
    for module in (shuke.api.documents, shuke.runtime.dashboards, shuke.runtime.printing):
        monkeypatch.setattr(module, "pdf", lambda pages: "".join(pages).encode())
    monkeypatch.setattr(shuke.runtime.printing, "look", lambda page: Look((PagePicture(page, 1, 1),), 1))


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("username", VISITORS)
def test_no_address_tells_what_is_not_to_be_seen(sqlite_company: Company, username: str) -> None:
    """And none of them changes anything."""
    _visit(sqlite_company, username, READS)


def test_a_drawn_document_tells_no_more(sqlite_company: Company) -> None:
    """The text of the PDF itself: what the page before it held, nothing else."""
    company = sqlite_company
    with company.open():
        visit = Visit(company, "shadow1", company.oracle.person(company.users["shadow1"]))
        marked = next(mark.id for mark in company.marks if mark.entity == "order")
        assert visit.secrets
    answer = visit.ask(Ask(f"/r/order/{marked}/documents/order_sheet.pdf"))
    assert answer.data.startswith(b"%PDF")
    assert len(text_of(answer)) > 40
    assert visit.found_in(answer) == []


@pytest.mark.parametrize("username", ["clerk1", "mixed"])
def test_the_same_holds_on_postgresql(postgresql_company: Company, username: str) -> None:
    some = ("runtime.record_list", "runtime.record_page", "runtime.record_history", "runtime.edit_record", "runtime.live", "api.list_records", "api.get_record")
    _visit(postgresql_company, username, {name: READS[name] for name in some})


def _visit(company: Company, username: str, reads: Mapping[str, Asks]) -> None:
    wrong: list[str] = []
    with company.open():
        oracle = company.oracle
        visit = Visit(company, username, oracle.person(company.users[username]))
        requests = []
        for entity in catalogue().entities.values():
            marked = list(dict.fromkeys(mark.id for mark in company.marks if mark.entity == entity.name)) or sorted(oracle.rows[entity.name])
            chosen = dict.fromkeys([marked[0], next((id_ for id_ in oracle.rows[entity.name] if not visit.sees(entity, id_)), marked[0])])
            for endpoint, asks in reads.items():
                for place, id_ in enumerate(chosen):
                    requests += [(endpoint, asked, visit.sees(entity, id_)) for asked in asks(visit, entity, id_) if asked.id or not place]
        assert visit.secrets or username == "admin"
    _ = (visit.browser, visit.key, visit.forgery_token)
    before = digest(company)
    unknowns: dict[Ask, TestResponse] = {}
    for endpoint, asked, seen in requests:
        answer = visit.ask(asked)
        if answer.status_code >= 500 or answer.status_code == 429:
            wrong.append(f"{endpoint} {asked.address}: {answer.status_code} {answer.text[-300:]}")
        wrong += [f"{endpoint} {asked.address} tells {secret}" for secret in visit.found_in(answer)]
        if asked.id and not seen:
            other = asked.about(UNKNOWN_ID)
            unknown = unknowns[other] = unknowns.get(other) or visit.ask(other)
            if same(answer) != same(unknown) or answer.status_code != 404:
                wrong.append(f"{endpoint} {asked.address}: {answer.status_code} is not as of an unknown id, {unknown.status_code}")
    assert digest(company) == before
    assert not wrong, f"{len(wrong)} in {len(requests)} answers:\n" + "\n".join(dict.fromkeys(wrong[:60]))
