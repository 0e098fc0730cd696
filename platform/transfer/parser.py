"""The child process that parses a table file from its standard input and writes it as JSON lines.

First line: the head, or `{"problem": …}`. Then one line a row: `[number, [cell, …]]`; a problem may still follow.
"""

import json
import sys
from dataclasses import asdict

from shuke.core.confined import confine
from shuke.transfer.delimited import read_delimited
from shuke.transfer.reading import ORIGIN, Reading, Unreadable
from shuke.transfer.workbook import read_workbook

_MARKED = 40
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def main() -> None:
    arguments = confine()
    reading = Reading.of(arguments["reading"])
    most = arguments.get("rows", 0)
    try:
        content = sys.stdin.buffer.read()
        if content.startswith(_OLE):
            raise Unreadable("old")
        if content[:_MARKED].decode("utf-8-sig", "ignore").startswith(f"{ORIGIN},"):
            reading = Reading("utf-8-sig", ",", header=True)  # a file of refused rows is read as it was written
        head, rows = read_workbook(content, reading) if content.startswith(_ZIP) else read_delimited(content, reading)
        _say({"kind": head.kind, "reading": asdict(head.reading), "columns": head.columns, "sheets": head.sheets})
        for count, row in enumerate(rows, 1):
            _say(row)
            if count == most:
                break
    except Unreadable as refused:
        _say({"problem": refused.code, "values": refused.values})
    except (MemoryError, RecursionError):
        _say({"problem": "bomb", "values": {}})
    sys.stdout.flush()


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
