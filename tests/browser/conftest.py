"""The real product behind its own server, with demo data that is prepared once, and Chromium to work with it."""

import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import pytest
from desk import Desk
from installed import SHUKE, environment, prepare, shipped
from once import once
from playwright.sync_api import Browser
from published import CRM
from renaming import Renaming
from wording import Wording

RESULTS = Path(__file__).parents[2] / "test-results"
_STARTED_S = 60
_STOPPED_S = 10


@dataclass(frozen=True, slots=True)
class Product:
    """A running installation and what its template calls things."""

    address: str
    password: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class Installation:
    """A prepared instance folder, to be copied."""

    folder: Path
    template: Path
    renaming: Renaming | None


@pytest.fixture(scope="session")
def installations(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Installation]:
    """The template as it is shipped, and one in which everything has another name; each is prepared when it is first asked for."""
    made: dict[str, Installation] = {}

    def installation(kind: str) -> Installation:
        if kind not in made:
            made[kind] = Installation(shipped(tmp_path_factory), CRM, None) if kind == "shipped" else _renamed(tmp_path_factory)
        return made[kind]

    return installation


@pytest.fixture(params=["shipped", "renamed"])
def product(request: pytest.FixtureRequest, installations: Callable[[str], Installation], tmp_path: Path) -> Iterator[Product]:
    """The product, running on its own copy of the data; once with the shipped names and once with others."""
    yield from _run(installations(request.param), tmp_path / "instance")


@pytest.fixture
def shipped_product(installations: Callable[[str], Installation], tmp_path: Path) -> Iterator[Product]:
    """The product as it is shipped, running on its own copy of the demo data."""
    yield from _run(installations("shipped"), tmp_path / "instance")


@pytest.fixture(scope="module")
def shop(installations: Callable[[str], Installation], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product as it is shipped, running for all tests of a module, which therefore enter people of their own."""
    yield from _run(installations("shipped"), tmp_path_factory.mktemp("shop") / "instance")


@pytest.fixture
def open_desk(browser: Browser) -> Iterator[Callable[..., Desk]]:
    """Opens browsers of different people; at the end none of them may have had anything to complain about."""
    opened: list[Desk] = []

    def open_(product: Product, *, width: int = 1440, locale: str = "zh", dark: bool = False) -> Desk:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=product.address, locale={"zh": "zh-CN", "en": "en-US"}[locale],
            color_scheme="dark" if dark else "light", accept_downloads=True, reduced_motion="reduce",
        )
        opened.append(Desk(context, product.password, product.wording, locale))
        return opened[-1]

    yield open_
    complaints = [complaint for desk in opened for complaint in desk.complaints]
    for desk in opened:
        desk.close()
    assert complaints == []


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where screenshots are kept for people to look at."""
    folder = RESULTS / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _renamed(factory: pytest.TempPathFactory) -> Installation:
    renaming = Renaming(CRM)

    def fill(folder: Path) -> None:
        renaming.write(folder / "template")
        prepare(folder, folder / "template")

    folder = once(factory, "installed-renamed", fill)
    return Installation(folder / "instance", folder / "template", renaming)


def _run(installation: Installation, folder: Path) -> Iterator[Product]:
    shutil.copytree(installation.folder, folder)
    port = _free_port()
    log = folder.parent / "server.log"
    with log.open("wb") as writing:
        server = subprocess.Popen([*SHUKE, "serve"], env=environment(folder, port), stdout=writing, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, server, log)
        yield Product(address, (folder / "demo-password").read_text("utf-8").strip(), Wording(installation.template, installation.renaming))
        assert "Traceback" not in log.read_text("utf-8")
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(_STOPPED_S)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _STARTED_S
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/login", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
