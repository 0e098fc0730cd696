"""Comments: who may say something about a record, and that nothing that was said is ever lost."""

import pytest
from office import SYSTEM, publish_office, role

from shuke.access import Actor
from shuke.core.db import Database
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.definitions.current import catalogue
from shuke.records import files
from shuke.records.comments import ATTACHMENT, add_comment, comment_versions, comments, delete_comment, edit_comment


def _person(id_: int, group: str, **more: object) -> Actor:
    return Actor(id_, "user", f"P{id_}", frozenset({group}), locale="en", **more)  # type: ignore[arg-type]


def test_a_comment_is_read_as_it_is_now_and_every_version_is_kept(database: Database) -> None:
    office = publish_office(database)
    firm = office.firm()
    id_ = office.invoice(firm)
    with office.at_work():
        invoice = catalogue().entity("invoice")
        first = add_comment(office.clerk, invoice, id_, " Call back.\r\nSoon. ")
        second = add_comment(office.clerk, invoice, id_, "Paid?")
        edit_comment(office.clerk, invoice, id_, first.id, "Called back.")
        delete_comment(office.clerk, invoice, id_, second.id)
        assert [(one.text, one.is_edited) for one in comments(invoice, id_)] == [("Called back.", True)]
        kept = [(one.state, one.text) for one in comment_versions(invoice, id_)]
        assert kept == [("deleted", "Paid?"), ("edited", "Called back."), ("written", "Paid?"), ("written", "Call back.\nSoon.")]
        with pytest.raises(NotFound):
            edit_comment(office.clerk, invoice, id_, second.id, "No")


def test_only_the_author_changes_a_comment_and_only_readers_write_one(database: Database) -> None:
    office = publish_office(database, role("reader", operations=["read"]), role("owner", scope="own"))
    id_ = office.invoice(office.firm())
    with office.at_work():
        invoice = catalogue().entity("invoice")
        made = add_comment(office.clerk, invoice, id_, "Mine.")
        with pytest.raises(NotAllowed):
            edit_comment(_person(8, "clerk"), invoice, id_, made.id, "Yours.")
        with pytest.raises(NotAllowed):
            add_comment(_person(9, "reader"), invoice, id_, "A reader only reads.")
        with pytest.raises(NotFound):
            add_comment(_person(10, "owner"), invoice, id_, "Not there for me.")
        with pytest.raises(InvalidInput):
            add_comment(office.clerk, invoice, id_, "  ")
        with pytest.raises(InvalidInput):
            add_comment(office.clerk, invoice, id_, "x" * 4001)


def test_a_superior_comments_on_what_the_team_owns(database: Database) -> None:
    office = publish_office(database, role("reader", operations=["read"]))
    id_ = office.invoice(office.firm())
    with office.at_work():
        invoice = catalogue().entity("invoice")
        add_comment(_person(20, "reader", subordinates=(office.clerk.id,)), invoice, id_, "Well done.")
        assert comments(invoice, id_)[0].text == "Well done."


def test_comments_come_in_pages_and_cannot_be_rewritten(database: Database) -> None:
    office = publish_office(database)
    id_ = office.invoice(office.firm())
    with office.at_work():
        invoice = catalogue().entity("invoice")
        for number in range(5):
            add_comment(SYSTEM, invoice, id_, str(number))
        page = comments(invoice, id_, limit=2)
        assert [one.text for one in page] == ["4", "3"]
        assert [one.text for one in comments(invoice, id_, limit=2, before=page[-1].id)] == ["2", "1"]
    with pytest.raises(Exception, match="append-only"), database.write() as connection:
        connection.exec_driver_sql("UPDATE sk_comment SET text = 'x'")


def test_a_comment_takes_one_s_own_new_upload_only(database: Database) -> None:
    """Not the file of a field of the same record, which its readers may not see, nor somebody else's upload."""
    office = publish_office(database)
    id_ = office.invoice(office.firm())
    with office.at_work():
        invoice = catalogue().entity("invoice")
        made = [files.store(actor, "note.txt", b"words", ATTACHMENT).id for actor in (office.clerk, SYSTEM, office.clerk)]
        files.attach(made[:1], "invoice", id_, "scan")
        for file in made[:2]:
            with pytest.raises(InvalidInput):
                add_comment(office.clerk, invoice, id_, "See there.", file)
        assert add_comment(office.clerk, invoice, id_, "See there.", made[2]).file is not None
