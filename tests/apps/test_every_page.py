"""Every page that links lead to: it opens, is well-formed HTML, and speaks one language only, Chinese or English."""

import json
import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from crawling import Crawl, repeated_ids, words_of
from flask.testing import FlaskClient
from installed import copied

from shuke.core.db import Database
from shuke.expressions import FUNCTIONS
from shuke.web import installation
from shuke.web.app import create_app
from shuke.web.configuration import Configuration
from shuke.web.money import countries, currencies

_FOREIGN = {"en": re.compile(r"[\u3400-\u9fff]+"), "zh": re.compile(r"[A-Za-z]{2,}")}
_NAMES = frozenset(re.findall(r"\w+", """
    Alt API AZ backup CNY Code CSV Ctrl Delete EAN Enter Esc Excel GB GBK GiB HEIC HTTP HTTPS ID IP ISO JPEG JSON KiB Linux MB MiB mm Noto OpenAPI PDF PNG PostgreSQL PWA
    Python QR REST SANDBOX Sans SC Shift Shuke shuke SHUKE SQLite Tab TSV URL UTC UTF WeasyPrint WebP worker XLSX YM
"""))
"""Proper names and keys, which are the same in Chinese; so are the functions of formulas."""
_NOT_DATA = re.compile(r"^(sk_version|sk_draft|sk_package|sk_search)|_fts|_idx|_content|_config|_docsize|_data$")


@pytest.fixture
def chain(_installed: Path, tmp_path: Path) -> tuple[FlaskClient, Database]:
    """Somebody at the installed chain's address, not signed in yet, and the database behind it."""
    folder = tmp_path / "instance"
    folder.mkdir()
    for name in ("demo-password", "secret"):
        shutil.copy2(_installed.parent / name, folder)
    database = copied(_installed, folder / "shuke.sqlite")
    app = create_app(Configuration(instance=str(folder), password_hash="pbkdf2:sha256:1000"), database)
    return app.test_client(), database


@pytest.mark.parametrize(("username", "locale"), [("admin", "zh"), ("admin", "en"), ("clerk1", "zh")])
def test_every_page_opens_and_speaks_one_language(username: str, locale: str, chain: tuple[FlaskClient, Database]) -> None:
    client, database = chain
    _sign_in(client, username)
    records, names = _recorded(database), _NAMES | {function.name for function in FUNCTIONS} | _codes()
    faults, seen, good = [], 0, set[str]()
    for visit in Crawl(client, locale).visits("/", "/admin" if username == "admin" else "/me"):
        seen += 1
        if visit.response.status_code not in (200, 302, 303):
            faults.append(f"{visit.address} answers {visit.response.status_code}")
        if visit.tree is None:
            continue
        faults += [f"{visit.address} is not well-formed: {error}" for error in visit.errors]
        faults += [f"{visit.address} has several elements {identity!r}" for identity in repeated_ids(visit.tree)]
        for said in words_of(visit.tree, locale):
            if said in good:
                continue
            found = [run for run in _FOREIGN[locale].findall(said) if run not in names and run not in records]
            faults += [f"{visit.address} says {run!r} in {said[:60]!r}" for run in found]
            good.update(() if found else (said,))
    database.dispose()
    assert not faults, f"{len(faults)} faults on {seen} pages:\n" + "\n".join(dict.fromkeys(faults))
    assert seen > 60


def _codes() -> set[str]:
    """The codes of currencies and countries."""
    return {code for code, _name in (*currencies(), *countries())}


def _sign_in(client: FlaskClient, username: str) -> None:
    configuration = client.application.extensions["shuke_configuration"]
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/login").text)
    assert token
    answer = client.post("/login", data={"username": username, "password": installation.demo_password(configuration), "csrf_token": token[1]})
    assert answer.status_code in (302, 303)


def _recorded(database: Database) -> str:
    """All texts that people have entered, one after the other."""
    with database.read() as connection:
        tables = [name for name in sa.inspect(connection).get_table_names() if not _NOT_DATA.search(name)]
        rows = [row for name in tables for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))]
    return "\n".join(_decoded(value) for row in rows for value in row if isinstance(value, str))


def _decoded(text: str) -> str:
    """JSON in a column may spell Chinese in escapes."""
    return json.dumps(json.loads(text), ensure_ascii=False) if text.startswith(("{", "[")) and "\\u" in text else text
