"""What an operator wants to know of this installation: each part with a state, and what to do when it is not well."""

import ctypes.util
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa

from shuke.core import clock, marks
from shuke.core.db import connection
from shuke.core.i18n import format_instant
from shuke.core.i18n import gettext as _
from shuke.core.real_time import real_now
from shuke.core.settings import current as settings
from shuke.transfer import jobs
from shuke.transfer.worker import SEEN_EVERY
from shuke.web.configuration import Configuration

GOOD, WARN, BAD, PLAIN = "good", "warn", "bad", ""
_LEAST_FREE, _LITTLE_FREE = 0.05, 0.15
_OLD_COPY = timedelta(days=2)
_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One line: how it is, and what to do if it is not well."""

    name: str
    state: str
    text: str
    advice: str = ""


def parts(configuration: Configuration, published: int, *, thorough: bool) -> list[Part]:
    """Everything that can be told; `thorough` has the database look through itself, which takes a while."""
    known = marks.marks()
    return [
        *_database(configuration, thorough), _disk(configuration), _worker(known), *_jobs(), _copies(known), _clock(), _printing(),
        *_versions(configuration, published),
    ]


def _database(configuration: Configuration, thorough: bool) -> Iterator[Part]:
    dialect = connection().dialect
    kind = f"{'SQLite' if dialect.name == 'sqlite' else 'PostgreSQL'} {'.'.join(map(str, dialect.server_version_info or ()))}"
    yield Part(_("Database"), GOOD, f"{kind}, {_size()}")
    if thorough:
        wrong = _damage()
        advice = _("Restore the last copy (shuke restore), or ask for help before anybody goes on working.") if wrong else ""
        yield Part(_("Integrity"), BAD if wrong else GOOD, wrong or _("The database found nothing wrong."), advice)


def _size() -> str:
    """How much the database holds on disk."""
    if connection().dialect.name == "sqlite":
        pages, size = (connection().exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size"))
        return _megabytes(pages * size)
    return _megabytes(connection().scalar(sa.select(sa.func.pg_database_size(sa.func.current_database()))) or 0)


def _damage() -> str:
    if connection().dialect.name != "sqlite":
        return ""
    said = [row[0] for row in connection().exec_driver_sql("PRAGMA quick_check(5)")]
    said += [_("A row of %(table)s refers to nothing.", table=row[0]) for row in connection().exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)]
    return "; ".join(line for line in said if line != "ok")


def _disk(configuration: Configuration) -> Part:
    folder = next(path for path in (configuration.folder, *configuration.folder.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    free = usage.free / usage.total
    state = BAD if free < _LEAST_FREE else WARN if free < _LITTLE_FREE else GOOD
    text = _("%(free)s free of %(total)s (%(percent)s%%); uploaded files take %(files)s", free=_megabytes(usage.free), total=_megabytes(usage.total),
             percent=round(100 * free), files=_megabytes(_folder_size(configuration.files)))
    return Part(_("Disk"), state, text, _("Make room soon: without free space nothing can be saved.") if state != GOOD else "")


def _worker(known: Mapping[str, datetime]) -> Part:
    seen = known.get(marks.WORKER)
    if seen is None:
        return Part(_("Worker"), WARN, _("It has not been seen yet."), _("Imports wait for it. It starts with the server, or with: shuke worker"))
    late = real_now() - seen > timedelta(seconds=3 * SEEN_EVERY)
    text = _("Last seen %(time)s", time=format_instant(seen))
    return Part(_("Worker"), BAD if late else GOOD, text, _("Start the server again, or run: shuke worker") if late else "")


def _jobs() -> Iterator[Part]:
    counts = jobs.state_counts()
    failed, waiting = counts.get("failed", 0), counts.get("waiting", 0) + counts.get("running", 0)
    text = _("%(waiting)s waiting or running, %(failed)s failed", waiting=waiting, failed=failed)
    yield Part(_("Jobs"), WARN if failed else GOOD, text, _("Look at the failed jobs and repeat them.") if failed else "")


def _copies(known: Mapping[str, datetime]) -> Part:
    made = known.get(marks.COPY)
    advice = _("Have a copy made every night, and keep it elsewhere: shuke backup FILE")
    if made is None:
        return Part(_("Last copy"), WARN, _("None was made with this installation."), advice)
    old = real_now() - made > _OLD_COPY
    return Part(_("Last copy"), WARN if old else GOOD, format_instant(made), advice if old else "")


def _clock() -> Part:
    moved = timedelta(seconds=settings().clock_offset)
    text = f"{format_instant(clock.now())} ({settings().time_zone})"
    return Part(_("Clock"), WARN if moved else GOOD, text, _("It has been moved; everything is dated by it.") if moved else "")


def _printing() -> Part:
    if ctypes.util.find_library("pango-1.0"):
        return Part(_("Printing"), GOOD, _("PDF can be made, with Chinese letters."))
    return Part(_("Printing"), BAD, _("The Pango library is missing."), _("Debian/Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"))


def _versions(configuration: Configuration, published: int) -> Iterator[Part]:
    yield Part(_("Version"), PLAIN, f"Shuke {version('shuke')}, Python {'.'.join(map(str, sys.version_info[:3]))}")
    yield Part(_("Published definitions"), GOOD if published else BAD, _("Version %(number)s", number=published))
    yield Part(_("Address"), PLAIN, configuration.address)
    mode = _("Sandbox") if configuration.sandbox else _("Production")
    yield Part(_("Mode"), PLAIN, mode, _("For trying things out; do not keep real data here.") if configuration.sandbox else "")


def _folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


def _megabytes(size: int) -> str:
    return f"{size / _MEBIBYTE / 1024:,.1f} GB" if size >= 1024 * _MEBIBYTE else f"{size / _MEBIBYTE:,.1f} MB"
