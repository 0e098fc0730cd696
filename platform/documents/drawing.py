"""The child process that draws HTML from its standard input as PDF on its standard output; it can fetch nothing."""

import io
import sys
from contextlib import redirect_stdout
from importlib.resources import files
from pathlib import Path
from typing import Any

from shuke.core.confined import confine

FONT = "shuke:font"
NO_PANGO = "NO PANGO"


def main() -> None:
    arguments = confine()
    source = sys.stdin.buffer.read().decode("utf-8")
    output = sys.stdout.buffer
    try:
        with redirect_stdout(io.StringIO()):  # without Pango the library prints a banner
            pdf = _draw(source, str(arguments["style"]))
    except OSError as missing:
        if "cannot load library" not in str(missing):
            raise
        pdf = NO_PANGO.encode()
    output.write(pdf)
    output.flush()


def _draw(source: str, style: str) -> bytes:
    # Imported here because the import itself fails where the Pango library is missing.
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    class Closed(weasyprint.URLFetcher):  # type: ignore[misc]
        """Images inside the document and our own font, nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url == FONT:
                return weasyprint.urls.URLFetcherResponse(url, (_folder() / "NotoSansSC-Regular.woff2").read_bytes(), {"Content-Type": "font/woff2"})
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
            raise ValueError("A document fetches nothing.")

    fetcher = Closed(allowed_protocols=("data",), allow_redirects=False)
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(string=style, font_config=fonts, url_fetcher=fetcher)
    drawn: bytes = weasyprint.HTML(string=source, url_fetcher=fetcher).write_pdf(stylesheets=[sheet], font_config=fonts)
    return drawn


def _folder() -> Path:
    return Path(str(files("shuke.documents"))) / "fonts"


if __name__ == "__main__":
    main()
