"""The child process that draws a picture anew: no metadata, upright, of bounded size; with a small copy for lists.

It reads the picture from standard input and answers with one line of JSON and the bytes of both copies.
"""

import io
import json
import sys

from PIL import Image, ImageOps

from shuke.core.confined import confine

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")


def main() -> None:
    arguments = confine()
    try:
        answer = redraw(sys.stdin.buffer.read(), **arguments)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        answer = [b'{"error": "unreadable"}\n']
    sys.stdout.buffer.write(b"".join(answer))


def redraw(content: bytes, most_pixels: int, longest: int, small: int) -> list[bytes]:
    Image.MAX_IMAGE_PIXELS = None  # checked here, before anything is decoded
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        kind = opened.format
        if opened.width * opened.height > most_pixels:
            return [b'{"error": "large"}\n']
        if kind == "JPEG":
            opened.draft("RGB", (longest, longest))
        opened.load()
        if opened.mode in ("1", "P", "PA"):  # these have no colours in between
            picture = _plain(opened)
            picture.thumbnail((longest, longest))
        else:  # first smaller, then converted: a large picture must not stand in memory twice
            opened.thumbnail((longest, longest))
            picture = _plain(ImageOps.exif_transpose(opened))
    whole = _encoded(picture, str(kind))
    head = {"width": picture.width, "height": picture.height, "mime": _MIMES.get(str(kind), "image/png"), "whole": len(whole)}
    picture.thumbnail((small, small))
    return [json.dumps(head).encode() + b"\n", whole, _encoded(picture, str(kind))]


_MIMES = {"JPEG": "image/jpeg", "WEBP": "image/webp"}


def _plain(picture: Image.Image) -> Image.Image:
    """Red, green and blue, with transparency only where there is some."""
    transparent = picture.mode in ("RGBA", "LA", "PA", "La") or "transparency" in picture.info
    return picture.convert("RGBA" if transparent else "RGB")


def _encoded(picture: Image.Image, kind: str) -> bytes:
    target = io.BytesIO()
    if kind == "JPEG":
        picture.convert("RGB").save(target, "JPEG", quality=85, optimize=True)
    elif kind == "WEBP":
        picture.save(target, "WEBP", quality=85, method=1, exif=b"", xmp=b"")
    else:
        picture.info.clear()
        picture.save(target, "PNG")
    return target.getvalue()


if __name__ == "__main__":
    main()
