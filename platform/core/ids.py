"""Time-ordered 64-bit ids made by the application: 41 bits of milliseconds, 10 bits of node, 12 bits of sequence."""

import os
import secrets
import threading
import time

EPOCH_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z; 41 bits last until 2093
_NODE_BITS, _SEQUENCE_BITS = 10, 12
NODES = 1 << _NODE_BITS


class IdMaker:
    """Ids of one process; unique while no other process uses the same node number at the same time."""

    def __init__(self, node: int) -> None:
        self.node = node % NODES
        self._lock = threading.Lock()
        self._last = 0
        self._sequence = 0

    def __call__(self) -> int:
        with self._lock:
            now = int(time.time() * 1000) - EPOCH_MS
            if now > self._last:
                self._last, self._sequence = now, 0
            else:  # the same millisecond, or a clock that was set back: go on from the last one
                self._sequence += 1
                if self._sequence >> _SEQUENCE_BITS:
                    self._last, self._sequence = self._last + 1, 0
            return (self._last << (_NODE_BITS + _SEQUENCE_BITS)) | (self.node << _SEQUENCE_BITS) | self._sequence


def _random_maker() -> IdMaker:
    return IdMaker(secrets.randbelow(NODES))


_maker = _random_maker()


def new_id() -> int:
    """A new id, larger than all that this process made before."""
    return _maker()


def _draw_again() -> None:
    """A forked process must not go on with the node and sequence of its parent."""
    global _maker
    _maker = _random_maker()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_draw_again)
