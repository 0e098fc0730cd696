"""The static files of all faces under one hashed prefix, compressed once and cached for good by browsers."""

import gzip
import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import brotli
from flask import Response, abort, current_app, make_response, request, url_for
from markupsafe import Markup

COMPRESSED = frozenset({".css", ".js", ".svg", ".json", ".html", ".txt"})
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_BROTLI_QUALITY = 9
"""The best one would take a second for a large file, for a tenth less."""
_SPRITE = "vendor/icons/icons.svg"
_SHELL = "screens/js/app.js"
"""The module that every page loads with all that it imports."""
_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"';]*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    path: Path
    type: str

    @cached_property
    def content(self) -> bytes:
        return self.path.read_bytes()

    @property
    def is_compressed(self) -> bool:
        return self.path.suffix in COMPRESSED

    def encoded(self, encoding: str) -> bytes:
        """The content for a browser that reads this encoding; made when it is first asked for, and kept."""
        return self._brotli if encoding == "br" else self._gzip if encoding == "gzip" else self.content

    @cached_property
    def _brotli(self) -> bytes:
        return bytes(brotli.compress(self.content, quality=_BROTLI_QUALITY))

    @cached_property
    def _gzip(self) -> bytes:
        return gzip.compress(self.content, 9, mtime=0)


class Assets:
    """All files below the given folders; one file's address is its path there, and no two may be equal."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._files: dict[str, Asset] = {}
        self._lock = Lock()
        self._urls: dict[str, str] = {}
        self._drawn: dict[str, Markup] = {}
        self.version = ""
        self.scan()

    def scan(self) -> None:
        """Read the folders again (at the start, and when a developer edits)."""
        files: dict[str, Asset] = {}
        digest = hashlib.sha256()
        for folder in self._folders:
            for path in sorted(folder.rglob("*")):
                if not path.is_file():
                    continue
                name = path.relative_to(folder).as_posix()
                if name in files:
                    raise ValueError(f"Two static files are called {name!r}.")
                asset = Asset(path, _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream")
                digest.update(name.encode() + b"\0" + asset.content)
                files[name] = asset
        with self._lock:
            self._files, self._urls, self._drawn, self.version = files, {}, {}, digest.hexdigest()[:12]

    def get(self, name: str) -> Asset | None:
        return self._files.get(name)

    def url(self, name: str) -> str:
        """The address of a file; known names are written once, as a page has a hundred of them."""
        if name not in self._urls:
            if name not in self._files:
                raise LookupError(f"There is no static file {name!r}.")
            self._urls[name] = url_for("static", version=self.version, name=name)
        return self._urls[name]

    def icon(self, name: str) -> Markup:
        """A decorative icon, drawn once: a page has dozens of them."""
        if name not in self._drawn:
            self._drawn[name] = Markup('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>').format(self.icon_url(name))
        return self._drawn[name]

    def module(self, name: str) -> Markup:
        """The tag of a script, after links to all that it imports: the browser fetches them at once instead of finding them one by one."""
        if name not in self._drawn:
            known = {_SHELL, *self.imported_by(_SHELL)} if name != _SHELL else set()
            links = [Markup('<link rel="modulepreload" href="{}">').format(self.url(one)) for one in self.imported_by(name) if one not in known]
            self._drawn[name] = Markup("").join([*links, Markup('<script type="module" src="{}"></script>').format(self.url(name))])
        return self._drawn[name]

    def imported_by(self, name: str) -> tuple[str, ...]:
        """The modules that one needs, over any number of steps."""
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            for one in self._imports(waiting.pop()):
                if one != name and one not in found:
                    found[one] = None
                    waiting.append(one)
        return tuple(found)

    def _imports(self, name: str) -> Iterator[str]:
        if name not in self._files:
            raise LookupError(f"There is no static file {name!r}.")
        for path in _IMPORT.findall(self._files[name].content.decode()):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(name), path))

    def icon_url(self, name: str) -> str:
        """The address of an icon in the sprite; a point for a name that we do not ship."""
        return f"{self.url(_SPRITE)}#{name if name in self.icons else 'point'}"

    @cached_property
    def icons(self) -> frozenset[str]:
        """The names of the symbols in the sprite."""
        sprite = self._files[_SPRITE].content.decode()
        return frozenset(part.split('"', 1)[0] for part in sprite.split('<symbol id="')[1:])


def assets() -> Assets:
    found = current_app.extensions["shuke_assets"]
    assert isinstance(found, Assets)
    return found


def asset_url(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return assets().url(name)


def asset_version() -> str:
    """Changes with any static file."""
    return assets().version


def icon_url(name: str) -> str:
    """The address of an icon in the sprite."""
    return assets().icon_url(name)


def icon(name: str) -> Markup:
    """An icon of the sprite, beside words that say what it stands for."""
    return assets().icon(name)


def module(name: str) -> Markup:
    """A script of a page, with all that it imports."""
    return assets().module(name)


def serve_asset(version: str, name: str) -> Response:
    """One static file; an address with another version is answered but not kept."""
    asset = assets().get(name)
    if asset is None:
        abort(404)
    encoding = next((name for name in ("br", "gzip") if request.accept_encodings.quality(name) > 0), "") if asset.is_compressed else ""
    response = make_response(asset.encoded(encoding))
    response.content_type = asset.type
    if asset.is_compressed:
        response.vary.add("Accept-Encoding")
    if encoding:
        response.content_encoding = encoding
    response.headers["Cache-Control"] = _FOREVER if version == assets().version else "no-cache"
    return response
