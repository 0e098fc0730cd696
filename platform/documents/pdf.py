"""PDF from HTML: drawn in a limited child process, two at a time; who comes when others wait already is asked to come again."""

import json
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from shuke.core.errors import NotAllowed
from shuke.core.i18n import gettext as _
from shuke.core.sandbox import ChildFailed, Limits, child
from shuke.documents.drawing import NO_PANGO
from shuke.documents.markup import style

_LIMITS = Limits(memory=1 << 30, cpu=60, wall=90.0, file_size=64 << 20, open_files=64)
_AT_ONCE = 2
_WAITING = 2
"""Every one that waits keeps a thread of the server from answering others."""
_PATIENCE = 30.0

_places = threading.BoundedSemaphore(_AT_ONCE)
_queue = threading.BoundedSemaphore(_AT_ONCE + _WAITING)


def pdf(html: str | Sequence[str]) -> bytes:
    """The document, or several one after the other, as one PDF; call it outside of any unit of work, since it takes a second or more."""
    documents = [html] if isinstance(html, str) else list(html)
    with _place():
        drawn = _drawn(documents)
    if drawn == NO_PANGO.encode():
        raise NotAllowed(_(
            "PDF output needs the Pango library. Debian/Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; "
            "macOS: brew install pango. Everything else works without it."
        ))
    return drawn


def _drawn(documents: Sequence[str]) -> bytes:
    try:
        with tempfile.TemporaryFile() as source:
            source.write(json.dumps({"style": style(), "documents": documents}).encode())
            with child("shuke.documents.drawing", {}, source, _LIMITS) as drawing:
                return drawing.read()
    except ChildFailed as failed:
        if len(documents) > 1:
            raise NotAllowed(_("These documents together are too large to be printed. Select fewer.")) from failed
        raise NotAllowed(_("This document is too large to be printed.")) from failed


@contextmanager
def _place() -> Iterator[None]:
    """One of the places for drawing, after some patience if only a few wait."""
    busy = NotAllowed(_("Too many documents are being printed. Try again in a moment."))
    if not _queue.acquire(blocking=False):
        raise busy
    try:
        if not _places.acquire(timeout=_PATIENCE):
            raise busy
        try:
            yield
        finally:
            _places.release()
    finally:
        _queue.release()
