"""The one event of this package: records were changed. Listeners run inside the transaction and may refuse by raising."""

from collections.abc import Callable, Sequence

from shuke.records.values import Change

Listener = Callable[[Sequence[Change]], None]
_listeners: list[Listener] = []


def on_change(listener: Listener) -> Listener:
    """Have `listener` called with each batch of changes; registering it again changes nothing."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def announce(changes: Sequence[Change]) -> None:
    if changes:
        for listener in _listeners:
            listener(changes)
