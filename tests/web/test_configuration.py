"""Which installations refuse to start, and where the secret comes from."""

import dataclasses
import stat
from pathlib import Path

import pytest

from shuke.web.configuration import Configuration, StartRefused, check_configuration, load_configuration, secret_key

GOOD = "f3b1c9d27a604e85b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6"


@pytest.mark.parametrize(
    "key",
    [
        "short", "a" * 64, "secret" * 8, "changeme" + GOOD, "0123456789abcdef0123456789abcdef", "abababababababababababababababababab",
        "thisismyscretkey" * 3, "Your-Secret-Key-goes-here-please!!", GOOD[:31], "password1234567890password1234567890",
    ],
)
def test_a_weak_secret_key_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(StartRefused, match="too weak"):
        secret_key(Configuration(instance=str(tmp_path), secret_key=key))


def test_a_secret_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    configuration = Configuration(instance=str(tmp_path / "new"))
    made = secret_key(configuration)
    path = tmp_path / "new" / "secret"
    assert secret_key(configuration) == made
    assert len(made) >= 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    configuration = Configuration(instance=str(tmp_path))
    secret_key(configuration)
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(StartRefused, match="chmod 600"):
        secret_key(configuration)


def test_a_kept_secret_that_was_emptied_is_refused(tmp_path: Path) -> None:
    configuration = Configuration(instance=str(tmp_path))
    secret_key(configuration)
    (tmp_path / "secret").write_text("")
    with pytest.raises(StartRefused):
        secret_key(configuration)


@pytest.mark.parametrize(
    "values", [{"external_url": "crm.example.com"}, {"external_url": "ftp://crm.example.com"}, {"external_url": "https://crm.example.com/path"}, {"port": 0}, {"port": 70000}, {"trusted_proxies": -1}],
)
def test_settings_that_cannot_work_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(StartRefused):
        check_configuration(dataclasses.replace(Configuration(), **values))  # type: ignore[arg-type]


def test_the_environment_overrules_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text('PORT = 8100\nEXTERNAL_URL = "https://crm.example.com"\nSANDBOX = True\n')
    found = load_configuration(tmp_path, {"SHUKE_PORT": "8200"})
    assert (found.port, found.external_url, found.sandbox) == (8200, "https://crm.example.com", True)


def test_a_setting_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="SHUKE_PORT"):
        load_configuration(tmp_path, {"SHUKE_PORT": "eighty"})


def test_only_the_own_host_is_trusted_when_it_has_a_name() -> None:
    assert Configuration(external_url="https://crm.example.com").hosts == ["crm.example.com"]
    assert "localhost" in Configuration().hosts
    assert Configuration(external_url="https://crm.example.com", trusted_hosts="a.example, b.example").hosts == ["crm.example.com", "a.example", "b.example"]
