"""Sends pages compressed to browsers that read it."""

import gzip

from flask import Flask, Response, request

_LEAST = 1024
_LEVEL = 4
"""Half a millisecond for a long list; higher levels save little more."""
_TYPES = ("text/html", "application/json")


def compress_pages(app: Flask) -> None:
    """Pages only: files are compressed once where they are kept.

    A compressed answer tells its length, which would betray a secret beside text of somebody else's choosing. The only secret in a
    page is the token against forgery, drawn anew with every page, and cookies are not sent along from other sites.
    """

    @app.after_request
    def compress(response: Response) -> Response:
        if not response.content_type or not response.content_type.startswith(_TYPES) or response.is_streamed or response.direct_passthrough:
            return response
        response.vary.add("Accept-Encoding")
        if response.content_encoding or request.accept_encodings.quality("gzip") <= 0 or (response.content_length or 0) < _LEAST:
            return response
        response.set_data(gzip.compress(response.get_data(), _LEVEL, mtime=0))
        response.content_encoding = "gzip"
        return response
