"""The command line: an installation from the first command to the restored copy."""

import io
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from postgres import Cluster

from shuke.access import Actor
from shuke.core.db import Database
from shuke.definitions import store
from shuke.definitions.model import Document
from shuke.publishing.publish import publish
from shuke.web.cli import main

TEMPLATE = str(Path(__file__).parent / "template")
KEY = "f3b1c9d27a604e85b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6"
Run = Callable[..., int]


@pytest.fixture
def shuke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an installation of its own."""
    monkeypatch.chdir(tmp_path)
    for name, value in {"INSTANCE": str(tmp_path / "instance"), "SECRET_KEY": KEY, "PASSWORD_HASH": "pbkdf2:sha256:1000", "PORT": "8123"}.items():
        monkeypatch.setenv(f"SHUKE_{name}", value)

    def run(*arguments: str, typed: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return main(arguments)

    return run


@pytest.fixture
def installed(shuke: Run) -> Run:
    assert shuke("init", "--template", TEMPLATE) == 0
    assert shuke("user", "add", "ada", "--name", "Ada", "--role", "administrator", typed="tea with two sugars\n") == 0
    return shuke


def test_nothing_works_before_something_is_published(shuke: Run, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("verify",), ("export", "book", "x.csv", "--as", "ada"), ("token", "create", "ada"), ("user", "add", "ada"), ("clock", "show")):
        assert shuke(*command) == 2
        assert "Run: shuke init" in capsys.readouterr().err


def test_an_installation_is_made_once(shuke: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert shuke("init", "--template", TEMPLATE) == 0
    assert shuke("init", "--template", TEMPLATE) == 0
    assert "ready already" in capsys.readouterr().out


def test_an_installation_that_fails_leaves_nothing_behind(shuke: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shuke("init", "--template", "nowhere") == 2
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "template.json").write_text("{")
    assert shuke("init", "--template", str(broken)) == 2
    assert "template.json" in capsys.readouterr().err
    assert shuke("init", "--template", TEMPLATE) == 0


def test_a_weak_password_makes_no_user(installed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed("user", "add", "ben", "--role", "helper", typed="short\n") == 2
    assert "8" in capsys.readouterr().err


def test_records_go_in_and_out_as_files(installed: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "books.csv").write_text("Title\nMoby-Dick\n围城\n", encoding="utf-8")
    assert installed("import", "book", "books.csv", "--as", "ada") == 0, capsys.readouterr().out
    assert installed("export", "book", "out.csv", "--as", "ada") == 0
    written = (tmp_path / "out.csv").read_text("utf-8-sig")
    assert "Moby-Dick" in written
    assert "围城" in written


def test_import_needs_a_user_that_exists(installed: Run, tmp_path: Path) -> None:
    (tmp_path / "books.csv").write_text("Title\nMoby-Dick\n")
    assert installed("import", "book", "books.csv", "--as", "nobody") == 2
    assert installed("export", "book", "out.csv", "--as", "nobody") == 2


def test_a_token_is_printed_alone(installed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert installed("token", "create", "ada", "--name", "till") == 0
    assert capsys.readouterr().out.strip().startswith("shuke_")
    assert installed("token", "create", "nobody") == 2


def test_a_sound_installation_is_verified(installed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed("verify") == 0
    assert "Everything agrees." in capsys.readouterr().out


def test_the_clock_moves_in_a_sandbox_only(installed: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed("clock", "advance", "31d") == 2
    monkeypatch.setenv("SHUKE_SANDBOX", "1")
    capsys.readouterr()
    installed("clock", "show")
    before = capsys.readouterr().out
    assert installed("clock", "advance", "31d") == 0
    assert capsys.readouterr().out != before
    assert installed("clock", "reset") == 0
    assert capsys.readouterr().out[:10] == before[:10]
    assert installed("clock", "advance", "tomorrow") == 2


def test_a_copy_brings_everything_back(installed: Run, tmp_path: Path) -> None:
    (tmp_path / "books.csv").write_text("Title\nMoby-Dick\n")
    installed("import", "book", "books.csv", "--as", "ada")
    assert installed("backup", "copy.tar") == 0
    (tmp_path / "more.csv").write_text("Title\nEmma\n")
    installed("import", "book", "more.csv", "--as", "ada")
    assert installed("restore", "copy.tar", "--yes") == 0
    installed("export", "book", "out.csv", "--as", "ada")
    written = (tmp_path / "out.csv").read_text("utf-8-sig")
    assert "Moby-Dick" in written
    assert "Emma" not in written


def test_a_copy_replaces_nothing_unasked_and_overwrites_no_file(installed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert installed("backup", "copy.tar") == 0
    assert installed("backup", "copy.tar") == 2
    monkeypatch.setattr("builtins.input", lambda _question: "no")
    assert installed("restore", "copy.tar") == 1


def test_a_copy_holds_the_uploaded_files(installed: Run, tmp_path: Path) -> None:
    kept = tmp_path / "instance" / "files" / "ab" / "abcd"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"picture")
    installed("backup", "copy.tar")
    kept.unlink()
    assert installed("restore", "copy.tar", "--yes") == 0
    assert kept.read_bytes() == b"picture"


def test_a_copy_of_the_other_kind_of_database_is_refused(installed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    installed("backup", "copy.tar")
    monkeypatch.setenv("SHUKE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert installed("restore", "copy.tar", "--yes") == 2


def test_a_damaged_or_foreign_copy_is_refused_before_anything_is_lost(installed: Run, tmp_path: Path) -> None:
    installed("backup", "copy.tar")
    whole = (tmp_path / "copy.tar").read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "short.tar").write_bytes(whole.rstrip(b"\0")[:-1_024])  # a tar ends with zeros that nobody misses
    (tmp_path / "text.tar").write_text("not a database")
    assert installed("restore", "cut.tar", "--yes") == 2
    assert installed("restore", "short.tar", "--yes") == 2
    assert installed("restore", "text.tar", "--yes") == 2
    assert installed("restore", "missing.tar", "--yes") == 2
    assert installed("verify") == 0


def test_a_copy_of_postgresql_brings_everything_back(shuke: Run, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = cluster.create()
    monkeypatch.setenv("SHUKE_DATABASE_URL", cluster.url(name))
    assert shuke("init", "--template", TEMPLATE) == 0
    assert shuke("user", "add", "ada", "--role", "administrator", typed="tea with two sugars\n") == 0
    (tmp_path / "books.csv").write_text("Title\nMoby-Dick\n")
    assert shuke("import", "book", "books.csv", "--as", "ada") == 0
    assert shuke("backup", "copy.tar") == 0
    (tmp_path / "more.csv").write_text("Title\nEmma\n")
    shuke("import", "book", "more.csv", "--as", "ada")
    assert shuke("restore", "copy.tar", "--yes") == 0
    assert shuke("export", "book", "out.csv", "--as", "ada") == 0
    written = (tmp_path / "out.csv").read_text("utf-8-sig")
    assert ("Moby-Dick" in written, "Emma" in written) == (True, False)
    assert shuke("verify") == 0
    cluster.drop(name)


def test_definitions_are_published_from_a_folder(installed: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed("publish", TEMPLATE) == 0
    assert "Version 2 is in force." in capsys.readouterr().out


def _folder(tmp_path: Path, **icon: str) -> str:
    """The template with other icons of its app's entities."""
    folder = Path(shutil.copytree(TEMPLATE, tmp_path / "newer", dirs_exist_ok=True))
    for name, value in icon.items():
        file = next(folder.glob(f"*/entities/{name}.json"))
        file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "x-icon": value}), "utf-8")
    return str(folder)


def test_what_was_changed_in_the_builder_stays_when_the_template_is_published_again(installed: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _build(tmp_path, {"x-label": {"zh": "图书", "en": "Volume"}, "x-icon": "star"})
    assert installed("publish", _folder(tmp_path)) == 0
    assert _built(tmp_path)["x-label"]["en"] == "Volume"
    assert installed("publish", _folder(tmp_path, book="heart")) == 1
    said = capsys.readouterr().out
    assert "Nothing was published" in said and "/entity/book/body/x-icon" in said
    assert _built(tmp_path)["x-icon"] == "star"
    assert installed("publish", _folder(tmp_path, book="heart"), "--prefer", "theirs") == 0
    assert (_built(tmp_path)["x-icon"], _built(tmp_path)["x-label"]["en"]) == ("heart", "Volume")


def test_a_second_start_changes_nothing_of_what_was_built(installed: Run, tmp_path: Path) -> None:
    _build(tmp_path, {"x-label": {"zh": "图书", "en": "Volume"}})
    assert installed("serve", "--prepare-only", "--template", TEMPLATE) == 0
    assert _built(tmp_path)["x-label"]["en"] == "Volume"


def test_apps_are_written_to_a_package_that_another_installation_publishes(installed: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed("package", "shelf.shuke.zip") == 0
    assert "was written to shelf.shuke.zip" in capsys.readouterr().out
    assert installed("publish", "shelf.shuke.zip") == 0
    assert installed("package", "again.shuke.zip", "shelf") == 0
    assert (tmp_path / "again.shuke.zip").read_bytes() == (tmp_path / "shelf.shuke.zip").read_bytes()
    assert installed("package", "no.zip", "ghost") == 2


def _build(folder: Path, changes: dict[str, object]) -> None:
    """Publish other words for books, as the builder does."""
    database = Database(f"sqlite:///{next(folder.rglob('*.sqlite'))}")
    with database.read():
        documents = store.documents_of(store.published_version())
    publish(database, Actor.system("test"), [Document(one.kind, one.name, one.app, {**one.body, **changes}) if one.key == ("entity", "book") else one for one in documents])
    database.dispose()


def _built(folder: Path) -> Mapping[str, Any]:
    database = Database(f"sqlite:///{next(folder.rglob('*.sqlite'))}")
    with database.read():
        documents = store.documents_of(store.published_version())
    database.dispose()
    return next(one.body for one in documents if one.key == ("entity", "book"))


@pytest.mark.parametrize(("name", "value"), [("SECRET_KEY", "weak"), ("PORT", "99999"), ("PORT", "eighty"), ("EXTERNAL_URL", "crm"), ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none"), ("TRUSTED_PROXIES", "-1")])
def test_an_unsafe_or_impossible_installation_does_not_start(shuke: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str) -> None:
    monkeypatch.setenv(f"SHUKE_{name}", value)
    assert shuke("serve", "--prepare-only", "--template", TEMPLATE) == 2
    assert capsys.readouterr().err.count("\n") <= 3
