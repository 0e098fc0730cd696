"""Answers that are files: never shown in our own origin, never kept by a cache, whatever they contain."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response


def attachment(content: bytes | Iterable[bytes], name: str, type_: str, *, inline: bool = False) -> Response:
    """A file to save; `inline` only for types that a browser shows without running anything."""
    response = Response(content, content_type=type_)
    manner = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f"{manner}; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response
