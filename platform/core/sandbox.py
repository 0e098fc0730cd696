"""Child processes that read or draw foreign bytes: limited in memory, time, files and network, and killed when late.

The parent starts `python -I -m MODULE ARGUMENT` with an empty environment; the module calls `confined.confine()`
before it touches its standard input, and answers on its standard output.
"""

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO, Any

_BLOCK = 1 << 16
_LONGEST_LINE = 32 << 20
_LATE = (-24, -9, 137, 152)
"""Ended by SIGXCPU or SIGKILL, directly or as a shell reports it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use; `wall` counts only the seconds in which the parent waits for it."""

    memory: int = 512 << 20
    cpu: int = 30
    wall: float = 60.0
    file_size: int = 1 << 20
    open_files: int = 32


class ChildFailed(Exception):
    """The child died or was killed; `late` tells that it used up its time."""

    def __init__(self, *, late: bool, log: str) -> None:
        super().__init__(log or ("The child was too slow." if late else "The child died."))
        self.late = late
        self.log = log


class Child:
    """A running child; its answer can be read once."""

    def __init__(self, process: "subprocess.Popen[bytes]", limits: Limits, log: IO[bytes]) -> None:
        self._process = process
        self._limits = limits
        self._log = log
        self._left = limits.wall

    def blocks(self) -> Iterator[bytes]:
        """What the child writes, as it comes; `ChildFailed` unless it ends well."""
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while block := self._next(selector):
                yield block
        self._finish()

    def lines(self) -> Iterator[bytes]:
        """The answer cut at line feeds."""
        rest = b""
        for block in self.blocks():
            *lines, rest = (rest + block).split(b"\n")
            yield from lines
            if len(rest) > _LONGEST_LINE:
                raise ChildFailed(late=False, log="A line of the answer is too long.")
        if rest:
            yield rest

    def read(self) -> bytes:
        return b"".join(self.blocks())

    def _next(self, selector: selectors.BaseSelector) -> bytes:
        began = time.monotonic()
        ready = selector.select(max(0.0, self._left))
        self._left -= time.monotonic() - began
        if not ready:
            self._process.kill()
            raise ChildFailed(late=True, log=self._said())
        assert self._process.stdout is not None
        return os.read(self._process.stdout.fileno(), _BLOCK)

    def _finish(self) -> None:
        code = self._process.wait()
        if code:
            raise ChildFailed(late=code in _LATE, log=self._said())

    def _said(self) -> str:
        self._log.seek(0)
        return self._log.read(4000).decode("utf-8", "replace").strip()


@contextmanager
def child(module: str, arguments: Mapping[str, Any], source: IO[bytes], limits: Limits) -> Iterator[Child]:
    """Run `module` with the file `source` as its standard input; it is killed when the block ends."""
    source.seek(0)
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-m", module, json.dumps({"limits": asdict(limits), **arguments})],
            stdin=source, stdout=subprocess.PIPE, stderr=log, env={}, cwd="/", start_new_session=True,
        )
        try:
            yield Child(process, limits, log)
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
