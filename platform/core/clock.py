"""The only source of now and today; in a sandbox it can be moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Clock:
    """Real time plus an offset (sandbox), in the company's time zone; or `fixed` in tests."""

    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    offset: timedelta = timedelta(0)
    fixed: datetime | None = None

    def now(self) -> datetime:
        return self.fixed or datetime.now(UTC) + self.offset


_clock: ContextVar[Clock] = ContextVar("clock", default=Clock())


def now() -> datetime:
    """This instant, in UTC."""
    return _clock.get().now()


def today() -> date:
    """The business date of the company."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    """The instant on the company's wall clock."""
    return instant.astimezone(_clock.get().zone)


def zone() -> ZoneInfo:
    return _clock.get().zone


@contextmanager
def use_clock(clock: Clock) -> Iterator[None]:
    token = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(token)
