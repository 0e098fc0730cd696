"""What a child process cannot do: reach the network, see the environment, write much, or use much memory."""

import json
import subprocess
import sys
from dataclasses import asdict

import pytest

from shuke.core.sandbox import Limits

_CONFINED = "from shuke.core.confined import confine; confine()\n"


def attempt(code: str) -> "subprocess.CompletedProcess[str]":
    arguments = json.dumps({"limits": asdict(Limits(file_size=1 << 20, cpu=2))})
    return subprocess.run(
        [sys.executable, "-I", "-c", _CONFINED + code, arguments], env={}, capture_output=True, text=True, check=False, timeout=30,
    )


@pytest.mark.parametrize("code", [
    "import socket; socket.socket()",
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
    "x = bytearray(600 << 20)",
    "open('/tmp/shuke-large', 'wb').write(bytes(2 << 20))",
    "files = [open('/dev/null') for _ in range(200)]",
    "while True: pass",
])
def test_a_confined_child_is_stopped(code: str) -> None:
    assert attempt(code).returncode != 0


def test_a_confined_child_does_its_work() -> None:
    assert attempt("import os; print(len(os.environ) <= 1, sum(range(1000)))").stdout == "True 499500\n"
