"""The child process that unpacks a package from its standard input: `{"files": {place: text}}`, or `{"problem": …}`."""

import io
import json
import re
import stat
import sys
import zipfile
from collections.abc import Sequence

from shuke.core.confined import confine

_MOST_FILES = 5_000
_MOST_BYTES = 50 << 20
_MOST_OF_ONE = 4 << 20
_MOST_RATIO = 100
_SMALL = 64 << 10
_PLACE = re.compile(r"(?:[a-z][a-z0-9_]{0,39}/)?(?:[a-z]{1,20}/)?[a-z][a-z0-9_.]{0,130}\.json", re.ASCII)
"""`app/folder/name.json` and nothing else: no way up, no absolute path, no archive in the archive."""


class _Refused(Exception):
    def __init__(self, problem: str, file: str = "") -> None:
        super().__init__(problem)
        self.problem, self.file = problem, file


def main() -> None:
    confine()
    try:
        answer: dict[str, object] = {"files": _unpacked(sys.stdin.buffer.read())}
    except _Refused as refused:
        answer = {"problem": refused.problem, "file": refused.file}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        answer = {"problem": "corrupt"}
    except MemoryError:
        answer = {"problem": "size"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))
    sys.stdout.flush()


def _unpacked(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        _check(entries)
        return {entry.filename: _text(archive, entry) for entry in entries}


def _check(entries: Sequence[zipfile.ZipInfo]) -> None:
    """What the directory says, before anything is unpacked."""
    if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _MOST_BYTES:
        raise _Refused("size")
    seen: set[str] = set()
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not _PLACE.fullmatch(entry.filename) or entry.filename in seen or kind not in (0, stat.S_IFREG):
            raise _Refused("name", entry.filename[:200])
        if entry.flag_bits & 1:
            raise _Refused("password")
        if entry.file_size > _MOST_OF_ONE or entry.file_size > _SMALL and entry.file_size > _MOST_RATIO * max(1, entry.compress_size):
            raise _Refused("size")
        seen.add(entry.filename)


def _text(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    """The directory may lie about the size, so no more than that is read."""
    with archive.open(entry) as reading:
        content = reading.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise _Refused("size")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise _Refused("text", entry.filename) from None


if __name__ == "__main__":
    main()
