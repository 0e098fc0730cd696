"""PDF from HTML: drawn in a limited child process, two at a time."""

import tempfile
import threading

from shuke.core.errors import NotAllowed
from shuke.core.i18n import gettext as _
from shuke.core.sandbox import ChildFailed, Limits, child
from shuke.documents.drawing import NO_PANGO
from shuke.documents.markup import style

_LIMITS = Limits(memory=1 << 30, cpu=30, wall=60.0, file_size=64 << 20, open_files=64)
_AT_ONCE = 2
_PATIENCE = 45.0

_places = threading.BoundedSemaphore(_AT_ONCE)


def pdf(html: str) -> bytes:
    """The document as PDF; call it outside of any unit of work, since it takes a second or more."""
    if not _places.acquire(timeout=_PATIENCE):
        raise NotAllowed(_("Too many documents are being printed. Try again in a moment."))
    try:
        with tempfile.TemporaryFile() as source:
            source.write(html.encode())
            with child("shuke.documents.drawing", {"style": style()}, source, _LIMITS) as drawing:
                drawn = drawing.read()
    except ChildFailed as failed:
        raise NotAllowed(_("This document is too large to be printed.")) from failed
    finally:
        _places.release()
    if drawn == NO_PANGO.encode():
        raise NotAllowed(_(
            "PDF output needs the Pango library. Debian/Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; "
            "macOS: brew install pango. Everything else works without it."
        ))
    return drawn
