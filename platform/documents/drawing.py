"""The child process that draws HTML from its standard input as PDF on its standard output; it can fetch nothing.

For a look at the first pages it answers with one line of JSON and PNG pictures instead.
"""

import io
import json
import sys
from contextlib import redirect_stdout
from importlib.resources import files
from pathlib import Path
from typing import Any

from shuke.core.confined import confine

FONTS = {"shuke:regular": "NotoSansSC-Regular.woff2", "shuke:bold": "NotoSansSC-Bold.woff2"}
"""Our own, in both weights: a machine may have no Chinese font, or one weight of it, and drawing makes no weight up."""
NO_PANGO = "NO PANGO"
GROWS = "HEIGHT/*<*/"
"""Stands in the page rule of a document whose page is as long as its content; no text contains it, since a text has no plain `<`."""
_LONGEST = 3000.0
_SHEET, _SLIP = 960, 560
"""Pixels across a sheet, and across receipts and labels."""
_NARROW = 300
"""Points: what is narrower is no sheet."""
_MOST_HEIGHT = 2.0
"""Times the width."""
_MILLIMETRE = 96 / 25.4
_SLACK = 0.5
"""Keeps rounding from pushing the last line to a page of its own."""


def main() -> None:
    confine()
    given = json.loads(sys.stdin.buffer.read())
    output = sys.stdout.buffer
    try:
        with redirect_stdout(io.StringIO()):  # without Pango the library prints a banner
            answer = _draw(given["documents"], given["style"], given["look"])
    except OSError as missing:
        if "cannot load library" not in str(missing):
            raise
        answer = NO_PANGO.encode()
    output.write(answer)
    output.flush()


def _draw(documents: list[str], style: str, look: int) -> bytes:
    """The PDF, or pictures of so many of its first pages."""
    # Imported here because the import itself fails where the Pango library is missing.
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    class Closed(weasyprint.URLFetcher):  # type: ignore[misc]
        """Images inside the document and our own fonts, nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url in FONTS:
                return weasyprint.urls.URLFetcherResponse(url, (_folder() / FONTS[url]).read_bytes(), {"Content-Type": "font/woff2"})
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
            raise ValueError("A document fetches nothing.")

    fetcher = Closed(allowed_protocols=("data",), allow_redirects=False)
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(string=style, font_config=fonts, url_fetcher=fetcher)

    def render(source: str) -> Any:
        return weasyprint.HTML(string=source, url_fetcher=fetcher).render(stylesheets=[sheet], font_config=fonts)

    rendered = [_rendered(source, render) for source in documents]
    pages = [page for one in rendered for page in one.pages]
    drawn: bytes = rendered[0].copy(pages[:look] if look else pages).write_pdf()
    return _pictures(drawn, len(pages)) if look else drawn


def _pictures(pdf: bytes, pages: int) -> bytes:
    import pypdfium2  # here, because the process that starts this one has no use for it

    drawn = [_picture(page) for page in pypdfium2.PdfDocument(pdf)]
    head = {"pages": pages, "pictures": [{"width": width, "height": height, "bytes": len(content)} for width, height, content in drawn]}
    return json.dumps(head).encode() + b"\n" + b"".join(content for _width, _height, content in drawn)


def _picture(page: Any) -> tuple[int, int, bytes]:
    """The page as people will see it, wide enough for a sharp screen; of a long receipt its beginning."""
    width, height = page.get_size()
    cut = max(0.0, height - width * _MOST_HEIGHT)
    drawn = page.render(scale=(_SHEET if width > _NARROW else _SLIP) / width, crop=(0, cut, 0, 0)).to_pil()
    target = io.BytesIO()
    drawn.convert("RGB").save(target, "PNG")
    return drawn.width, drawn.height, target.getvalue()


def _rendered(source: str, render: Any) -> Any:
    """The document's pages; one that grows is laid out twice, the second time on a page that fits."""
    rule, found, rest = source.partition(GROWS)
    if not found:
        return render(source)
    long = render(f"{rule}{_LONGEST}mm{rest}")
    if len(long.pages) > 1:
        return long
    page = long.pages[0]._page_box
    body = page.children[0].children[0]
    needed = (body.position_y + body.margin_height() + page.margin_bottom) / _MILLIMETRE + _SLACK
    return render(f"{rule}{needed:.2f}mm{rest}")


def _folder() -> Path:
    return Path(str(files("shuke.documents"))) / "fonts"


if __name__ == "__main__":
    main()
