"""What an operator sets for one installation, from `config.py` and `SHUKE_…` environment variables, and its secret."""

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from flask import Config

from shuke.core.errors import PlatformError

_SECRET_BYTES = 32
_FEWEST_CHARACTERS = 8
_KNOWN_SECRETS = ("secret", "changeme", "change-me", "password", "development", "thisismyscretkey", "your-secret-key", "0123456789abcdef")


class StartRefused(PlatformError):
    """The installation is not safe or not complete enough to start; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Each name is a setting of `config.py` in capitals and an environment variable with `SHUKE_` before it."""

    database_url: str = ""
    """Address of the company's database; empty: an SQLite file in the instance folder."""
    secret_key: str = ""
    """At least 32 random characters; empty: made at the first start and kept in the instance folder."""
    host: str = "127.0.0.1"
    """Network address that the server listens on."""
    port: int = 8000
    """Port that the server listens on."""
    threads: int = 8
    """Requests that one server process answers at the same time."""
    external_url: str = ""
    """Address under which people reach the product; links are made from it. Empty: http://127.0.0.1 and the port."""
    trusted_hosts: str = ""
    """More host names that requests may carry, separated by commas."""
    trusted_proxies: int = 0
    """How many reverse proxies stand in front and set the `X-Forwarded-…` headers."""
    instance: str = "instance"
    """Folder of the database file, the secret and the uploaded files."""
    password_hash: str = "scrypt"
    """How passwords are hashed (a method of Werkzeug)."""
    sandbox: bool = False
    """Lets the clock be moved, to try what happens later."""

    @property
    def folder(self) -> Path:
        return Path(self.instance).absolute()

    @property
    def files(self) -> Path:
        """Where uploaded files lie."""
        return self.folder / "files"

    @property
    def address(self) -> str:
        """Where people reach the product, without a slash at the end."""
        return self.external_url.rstrip("/") or f"http://127.0.0.1:{self.port}"

    @property
    def is_https(self) -> bool:
        return urlsplit(self.address).scheme == "https"

    @property
    def hosts(self) -> list[str]:
        """The host names that a request may carry."""
        own = urlsplit(self.address).hostname or "127.0.0.1"
        local = [] if self.external_url else ["127.0.0.1", "localhost", "[::1]"]
        listed = [name.strip() for name in self.trusted_hosts.split(",") if name.strip()]
        return list(dict.fromkeys([own, *local, *listed]))

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.folder / 'shuke.sqlite'}"


def load_configuration(root: Path | None = None, environment: Mapping[str, str] | None = None) -> Configuration:
    """The settings of `config.py` in the folder, overruled by the environment."""
    environment = os.environ if environment is None else environment
    written = Config(str(root or Path.cwd()))
    written.from_pyfile("config.py", silent=True)
    values: dict[str, str | int | bool] = {}
    for setting in fields(Configuration):
        given = environment.get(f"SHUKE_{setting.name.upper()}", written.get(setting.name.upper()))
        if given is not None:
            values[setting.name] = _converted(setting.name, given, type(setting.default))
    return Configuration(**values)  # type: ignore[arg-type]


def secret_key(configuration: Configuration) -> str:
    """The key that signs cookies: the configured one, or one that is made once and kept beside the data."""
    if configuration.secret_key:
        return _checked(configuration.secret_key, "SHUKE_SECRET_KEY")
    path = configuration.folder / "secret"
    if not path.exists():
        write_private(path, secrets.token_hex(_SECRET_BYTES))
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise StartRefused(f"Others may read {path}. Run: chmod 600 {path}")
    return _checked(path.read_text("utf-8").strip(), str(path))


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
        opened.write(content)


def check_configuration(configuration: Configuration) -> None:
    """Refuse what would only fail later."""
    parts = urlsplit(configuration.address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise StartRefused("SHUKE_EXTERNAL_URL has to look like https://crm.example.com.")
    if not 0 < configuration.port < 65536:
        raise StartRefused("SHUKE_PORT has to be between 1 and 65535.")
    if configuration.trusted_proxies < 0:
        raise StartRefused("SHUKE_TRUSTED_PROXIES has to be 0 or more.")


def _checked(key: str, source: str) -> str:
    weak = len(key.encode()) < _SECRET_BYTES or len(set(key)) < _FEWEST_CHARACTERS or any(known in key.lower() for known in _KNOWN_SECRETS)
    if weak:
        raise StartRefused(
            f"The secret key in {source} is too weak: it needs at least {_SECRET_BYTES} random characters. "
            'Make one with: python3 -c "import secrets; print(secrets.token_hex(32))"',
        )
    return key


def _converted(name: str, given: str | int | bool, kind: type) -> str | int | bool:
    text = str(given).strip()
    if kind is bool:
        return text.lower() in ("1", "true", "yes", "on")
    if kind is int:
        if not text.lstrip("-").isdigit():
            raise StartRefused(f"SHUKE_{name.upper()} has to be a whole number.")
        return int(text)
    return text
