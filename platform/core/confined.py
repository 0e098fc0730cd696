"""The child's side of `core/sandbox.py`: it puts limits on itself before it touches foreign bytes."""

import ctypes
import json
import resource
import sys
from typing import Any

from shuke.core.sandbox import Limits

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def confine() -> dict[str, Any]:
    """Put the limits on, and return the arguments that the parent gave."""
    arguments: dict[str, Any] = json.loads(sys.argv[1])
    _limit(Limits(**arguments.pop("limits")))
    _leave_network()
    return arguments


def _limit(limits: Limits) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory), (resource.RLIMIT_CPU, limits.cpu), (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_NOFILE, limits.open_files), (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # some systems know a limit by name only; the clock of the parent still holds
            continue


def _leave_network() -> None:
    """No sockets from Python, and no network at all where the system lets a process leave it."""
    sys.addaudithook(_refuse_sockets)
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _refuse_sockets(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith("socket."):
        raise PermissionError("This process has no network.")
