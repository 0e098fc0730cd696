"""Programs and browsers at the door of the installed chain, each as one of its people."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from installed import Shop
from werkzeug.test import TestResponse

from shuke.web import installation
from shuke.web.app import create_app
from shuke.web.configuration import Configuration
from shuke.web.tokens import create_token

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


@dataclass
class Programs:
    """The chain's application; every request is made with a token of the person named."""

    app: Flask
    shop: Shop

    def ask(self, username: str, method: str, path: str, body: Any = None) -> TestResponse:
        headers = {"Accept-Language": "en", "Authorization": f"Bearer {self._token(username)}"}
        return self.app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)

    def read(self, username: str, path: str) -> Any:
        response = self.ask(username, "GET", path)
        assert response.status_code == 200, response.text
        return response.json

    def found(self, username: str, path: str) -> set[str]:
        """The ids on a page of records."""
        return {record["id"] for record in self.read(username, path)["records"]}

    def browser(self, username: str) -> "Browser":
        client = self.app.test_client()
        seen = _TOKEN.search(client.get("/login").text)
        assert seen
        password = installation.demo_password(self.app.extensions["shuke_configuration"])
        answer = client.post("/login", data={"username": username, "password": password, "csrf_token": seen[1]})
        assert answer.status_code in (302, 303)
        return Browser(client)

    def _token(self, username: str) -> str:
        with self.shop.at_work():
            person = self.shop.actor(username).id
            return create_token(person, "till", 30, person)


@dataclass
class Browser:
    """Somebody who is signed in and reads the pages that the server makes."""

    client: FlaskClient

    def page(self, path: str) -> str:
        response = self.client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        return response.text

    def send(self, path: str, values: Mapping[str, Any]) -> str:
        seen = _TOKEN.search(self.client.get("/").text)
        assert seen
        return self.client.post(path, data={**values, "csrf_token": seen[1]}).text


def at_the_door(shop: Shop, installed: Path, folder: Path) -> Programs:
    """The application over the shop's database, with the passwords of the installation."""
    for name in ("demo-password", "secret"):
        shutil.copy2(installed / name, folder)
    return Programs(create_app(Configuration(instance=str(folder), password_hash="pbkdf2:sha256:1000"), shop.database), shop)
