"""The child process that draws HTML from its standard input as PDF on its standard output; it can fetch nothing."""

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
_MILLIMETRE = 96 / 25.4
_SLACK = 0.5
"""Keeps rounding from pushing the last line to a page of its own."""


def main() -> None:
    confine()
    given = json.loads(sys.stdin.buffer.read())
    output = sys.stdout.buffer
    try:
        with redirect_stdout(io.StringIO()):  # without Pango the library prints a banner
            pdf = _draw(given["documents"], given["style"])
    except OSError as missing:
        if "cannot load library" not in str(missing):
            raise
        pdf = NO_PANGO.encode()
    output.write(pdf)
    output.flush()


def _draw(documents: list[str], style: str) -> bytes:
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
    drawn: bytes = rendered[0].copy(pages).write_pdf()
    return drawn


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
