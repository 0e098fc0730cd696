"""What may be uploaded, what becomes of it, and who may put it into a record."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from shuke.access.actor import Actor
from shuke.core.clock import Clock, use_clock
from shuke.core.db import Database
from shuke.core.errors import InvalidInput, NotFound
from shuke.definitions.model import Field
from shuke.records import files

READER, OTHER = Actor(5, "user", "Li"), Actor(6, "user", "Wu")


def _field(type_: str = "file", **options: Any) -> Field:
    return Field("scan", type_, {}, {f"x-{name.replace('_', '-')}": value for name, value in options.items()})


def _picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, 1 if mode in ("1", "P", "L") else (200, 10, 10, 128)[:len(mode)]).save(target, kind, **options)
    return target.getvalue()


@pytest.fixture
def folder(tmp_path: Path, sqlite_database: Database) -> Any:
    with files.use_folder(tmp_path / "files"), sqlite_database.write():
        yield tmp_path / "files"


def _store(name: str, content: bytes, field: Field | None = None, actor: Actor = READER) -> files.StoredFile:
    return files.find(files.store(actor, name, content, field or _field()).id)


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("contract.pdf", b"%PDF-1.7 ...", "application/pdf"), ("plan.DOCX", b"PK\x03\x04...", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..", "application/vnd.ms-excel"), ("笔记.txt", "你好".encode("gb18030"), "text/plain"), ("rows.csv", b"a,b\n", "text/csv"),
    ],
)
def test_a_file_of_a_known_kind_is_kept_as_it_is(folder: Path, name: str, content: bytes, mime: str) -> None:
    stored = _store(name, content)
    assert (stored.name, stored.mime, stored.size) == (name, mime, len(content))
    assert files.read(stored.id) == (stored, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("x.html", b"<html></html>"), ("x.txt", b" <!DOCTYPE html>"), ("x.exe", b"MZ\x00\x01"), ("x.jpg", b"hello\x00"),
        ("x.docm", b"PK\x03\x04"), ("x", b"PK\x03\x04"), ("x.png", b""), ("x.png", b"\x89PNG\r\n\x1a\nbroken"), ("x.js", b"alert(1)"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(folder: Path, name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        _store(name, content)
    assert caught.value.by_field["scan"][0].endswith((".", "。"))
    assert not list(folder.rglob("*/*"))


@pytest.mark.parametrize(("kind", "mode", "mime"), [("JPEG", "RGB", "image/jpeg"), ("PNG", "RGBA", "image/png"), ("GIF", "P", "image/png"), ("WEBP", "RGBA", "image/webp"), ("PNG", "1", "image/png")])
def test_pictures_are_drawn_anew(folder: Path, kind: str, mode: str, mime: str) -> None:
    stored = _store("photo.bin", _picture(kind, mode=mode), _field("image"))
    assert (stored.mime, stored.width, stored.height) == (mime, 60, 40)
    with Image.open(io.BytesIO(files.read(stored.id)[1])) as drawn:
        assert drawn.size == (60, 40)


def test_where_a_picture_was_taken_is_forgotten_and_it_stands_upright(folder: Path) -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "at home", 6
    stored = _store("photo.jpg", _picture("JPEG", exif=exif), _field("image"))
    content = files.read(stored.id)[1]
    assert b"at home" not in content
    assert (stored.width, stored.height) == (40, 60)


def test_what_hides_behind_a_picture_is_dropped(folder: Path) -> None:
    stored = _store("photo.png", _picture() + b"<script>alert(1)</script>", _field("image"))
    assert b"script" not in files.read(stored.id)[1]


def test_lists_get_a_small_copy(folder: Path) -> None:
    stored = _store("photo.jpg", _picture("JPEG", (4000, 2000)), _field("image"))
    assert (stored.width, stored.height) == (3200, 1600)
    with Image.open(io.BytesIO(files.read(stored.id, small=True)[1])) as small:
        assert small.size == (320, 160)


def test_a_picture_that_would_fill_the_memory_is_refused(folder: Path) -> None:
    with pytest.raises(InvalidInput, match="40"):
        _store("bomb.png", _picture(size=(9000, 9000), mode="1"), _field("image"))


def test_fields_say_what_they_take(folder: Path) -> None:
    with pytest.raises(InvalidInput):
        _store("a.txt", b"text", _field("image"))
    with pytest.raises(InvalidInput):
        _store("a.txt", b"text", _field(accept=["application/pdf"]))
    with pytest.raises(InvalidInput):
        _store("a.pdf", b"%PDF-" + b"x" * 100, _field(max_size=50))
    assert _store("a.png", _picture(), _field(accept=["image/*", "application/pdf"])).mime == "image/png"


@pytest.mark.parametrize(("given", "kept"), [("../../etc/a.pdf", "a.pdf"), ("C:\\x\\b.pdf", "b.pdf"), ("a\r\nX: y.pdf", "aX y.pdf"), ("\u202efdp.pdf", "fdp.pdf")])
def test_a_name_leads_nowhere(folder: Path, given: str, kept: str) -> None:
    stored = _store(given, b"%PDF-1")
    assert stored.name == kept
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {stored.key}


def test_an_upload_belongs_to_its_owner_until_a_record_names_it(folder: Path) -> None:
    stored = _store("a.pdf", b"%PDF-1")
    assert files.attachable(READER, [stored.id], "loan", 1) == {stored.id}
    assert files.attachable(OTHER, [stored.id], "loan", 1) == set()
    files.attach([stored.id], "loan", 1, "scan")
    assert files.attachable(OTHER, [stored.id], "loan", 1) == {stored.id}
    assert files.attachable(READER, [stored.id], "loan", 2) == set()
    files.attach([stored.id], "loan", 2, "scan")
    assert files.find(stored.id).record_id == 1


def test_uploads_that_no_record_came_to_name_are_forgotten(folder: Path) -> None:
    with use_clock(Clock(fixed=datetime(2026, 1, 1, tzinfo=UTC))):
        unused, used = _store("a.pdf", b"%PDF-1"), _store("b.pdf", b"%PDF-2")
    files.attach([used.id], "loan", 1, "scan")
    with use_clock(Clock(fixed=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=2))):
        assert files.remove_unattached() == 1
    assert files.read(used.id)[1] == b"%PDF-2"
    with pytest.raises(NotFound):
        files.read(unused.id)


def test_references_are_read_together(folder: Path) -> None:
    one, two = _store("a.pdf", b"%PDF-1"), _store("b.pdf", b"%PDF-22")
    assert {ref.name: ref.size for ref in files.file_refs([one.id, two.id, 5]).values()} == {"a.pdf": 6, "b.pdf": 7}
