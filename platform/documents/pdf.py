"""PDF from HTML: drawn in a limited child process, two at a time; who comes when others wait already is asked to come again."""

import json
import tempfile
import threading
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from shuke.core.errors import NotAllowed
from shuke.core.i18n import gettext as _
from shuke.core.sandbox import ChildFailed, Limits, child
from shuke.documents.drawing import NO_PANGO
from shuke.documents.markup import style

_LIMITS = Limits(memory=1 << 30, cpu=60, wall=90.0, file_size=64 << 20, open_files=64)
_AT_ONCE = 2
_WAITING = 2
"""Every one that waits keeps a thread of the server from answering others."""
_PATIENCE, _LITTLE_PATIENCE = 30.0, 10.0
"""Seconds; a look at a document steps back behind what is to be printed."""

_places = threading.BoundedSemaphore(_AT_ONCE)
_queue = threading.BoundedSemaphore(_AT_ONCE + _WAITING)


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as a picture; `source` is the address of its own bytes."""

    source: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Look:
    """How a document begins, and how many pages it has in all."""

    pictures: tuple[PagePicture, ...]
    pages: int


def look(html: str, most: int = 1) -> Look:
    """A look at the first pages of a document; as slow as the document itself, so call it outside of any unit of work, too."""
    with _place(_LITTLE_PATIENCE):
        head, _feed, rest = _drawn([html], look=most).partition(b"\n")
    said, pictures = json.loads(head), []
    for one in said["pictures"]:
        content, rest = rest[: one["bytes"]], rest[one["bytes"]:]
        pictures.append(PagePicture(f"data:image/png;base64,{b64encode(content).decode()}", one["width"], one["height"]))
    return Look(tuple(pictures), said["pages"])


def pdf(html: str | Sequence[str]) -> bytes:
    """The document, or several one after the other, as one PDF; call it outside of any unit of work, since it takes a second or more."""
    documents = [html] if isinstance(html, str) else list(html)
    with _place(_PATIENCE):
        return _drawn(documents)


def _drawn(documents: Sequence[str], *, look: int = 0) -> bytes:
    drawn = _answer(documents, look)
    if drawn == NO_PANGO.encode():
        raise NotAllowed(_(
            "PDF output needs the Pango library. Debian/Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; "
            "macOS: brew install pango. Everything else works without it."
        ))
    return drawn


def _answer(documents: Sequence[str], look: int) -> bytes:
    try:
        with tempfile.TemporaryFile() as source:
            source.write(json.dumps({"style": style(), "documents": documents, "look": look}).encode())
            with child("shuke.documents.drawing", {}, source, _LIMITS) as drawing:
                return drawing.read()
    except ChildFailed as failed:
        if len(documents) > 1:
            raise NotAllowed(_("These documents together are too large to be printed. Select fewer.")) from failed
        raise NotAllowed(_("This document is too large to be printed.")) from failed


@contextmanager
def _place(patience: float) -> Iterator[None]:
    """One of the places for drawing, after some patience if only a few wait."""
    busy = NotAllowed(_("Too many documents are being printed. Try again in a moment."))
    if not _queue.acquire(blocking=False):
        raise busy
    try:
        if not _places.acquire(timeout=patience):
            raise busy
        try:
            yield
        finally:
            _places.release()
    finally:
        _queue.release()
