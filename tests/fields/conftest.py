"""A catalogue of books and loans, and a clock that stands at noon of 21 November 2026 in Shanghai."""

from collections.abc import Iterator

import pytest
from fields.specimens import NOW, catalogue

from shuke.core.clock import Clock, use_clock
from shuke.definitions.current import use_catalogue


@pytest.fixture(autouse=True)
def _library() -> Iterator[None]:
    with use_catalogue(catalogue()), use_clock(Clock(fixed=NOW)):
        yield
