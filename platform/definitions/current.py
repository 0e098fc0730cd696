"""The catalogue of the unit of work that is open: set by a face, read by everything below it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from shuke.definitions.model import Catalogue

_catalogue: ContextVar[Catalogue | None] = ContextVar("catalogue", default=None)


def catalogue() -> Catalogue:
    """The published definitions that this unit of work sees."""
    current = _catalogue.get()
    if current is None:
        raise RuntimeError("No catalogue is in use; a face opens one with use_catalogue().")
    return current


@contextmanager
def use_catalogue(current: Catalogue) -> Iterator[None]:
    token = _catalogue.set(current)
    try:
        yield
    finally:
        _catalogue.reset(token)
