"""Files of sheets from which an app is made: kept with what was guessed and corrected until their rows are imported."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Any

import sqlalchemy as sa

from shuke.access import Actor
from shuke.core import clock, i18n
from shuke.core.db import connection, metadata
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import label_of
from shuke.core.ids import new_id
from shuke.core.sqltypes import Id, Json, UtcDateTime
from shuke.transfer import imports, jobs
from shuke.transfer.guessing import SheetGuess, gather, guess_sheets
from shuke.transfer.guessing.columns import Sheet
from shuke.transfer.imports import MOST_BYTES
from shuke.transfer.reading import Reading
from shuke.transfer.tables import Row, open_table

JOB = "sheets"
MOST_FILES = 12
MOST_SHEETS = 12
_CHUNK = 1 << 19
_SAMPLE = 20
_WORKBOOKS = (".xlsx", ".xlsm")

sheets_table = sa.Table(
    "sk_sheets", metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("created_by", Id, nullable=False),
    sa.Column("locale", sa.String(10), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("body", Json, nullable=False),
    sa.Column("current", Id),  # the import that is under way
    sa.Column("problem", sa.Text),
    sa.Index("ix_sk_sheets_created_by", "created_by", "id"),
    sa.Index("ix_sk_sheets_current", "current"),
)
content_table = sa.Table(
    "sk_sheets_content", metadata,
    sa.Column("sheets_id", Id, sa.ForeignKey("sk_sheets.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("file", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

OPEN, WAITING, IMPORTING, DONE = "open", "waiting", "importing", "done"
"""Being corrected; in the draft until that is published; rows on their way; finished."""


@dataclass(frozen=True, slots=True)
class Step:
    """One import: a sheet, or the links of a sheet that could only be found once all rows were there."""

    sheet: int
    links_only: bool = False
    import_id: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """What a sheet has become: its entity, and the fields by the places of the columns."""

    entity: str
    fields: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Sheets:
    """All files of one gesture, with what is to become of them."""

    id: int
    created_at: datetime
    created_by: int
    locale: str
    state: str
    revision: int
    files: tuple[tuple[str, int], ...]
    """Name and size."""
    sheets: tuple[SheetGuess, ...]
    label: Mapping[str, str]
    icon: str = "table"
    color: str = "blue"
    app: str = ""
    made: tuple[Made | None, ...] = ()
    steps: tuple[Step, ...] = ()
    current: int | None = None
    problem: str = ""

    @property
    def kept(self) -> tuple[int, ...]:
        """The numbers of the sheets that become entities."""
        return tuple(number for number, sheet in enumerate(self.sheets) if not sheet.skip)


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was brought."""

    name: str
    source: IO[bytes]


# Reading


def read_files(files: Sequence[Given]) -> tuple[SheetGuess, ...]:
    """Parse the files, each sheet in a child process with limits, and guess; outside of any unit of work."""
    if not files:
        raise InvalidInput({"file": [_("Choose a file.")]})
    if len(files) > MOST_FILES:
        raise InvalidInput({"file": [_("At most %(most)s files can be brought at once.", most=MOST_FILES)]})
    if sum(_size(file.source) for file in files) > MOST_BYTES:
        raise InvalidInput({"file": [_("The files are too large; at most %(most)s MB can be brought at once.", most=MOST_BYTES >> 20)]})
    found = [one for number, file in enumerate(files) for one in _read_file(number, file)]
    guesses = guess_sheets([one.sheet for one in found])
    return tuple(
        replace(guess, file=one.file, sheet=one.reading.sheet, reading=one.reading.body(), rows=one.rows) for guess, one in zip(guesses, found, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Read:
    file: int
    reading: Reading
    sheet: Sheet
    rows: tuple[tuple[int, tuple[str, ...], int], ...]


def _read_file(number: int, file: Given) -> Iterator[_Read]:
    """Every sheet of a workbook that has rows, or the one table of a text file."""
    if file.name.lower().endswith(_WORKBOOKS) and not _begins(file.source, b"PK", b"\xd0\xcf"):
        raise InvalidInput({"file": [_("“%(file)s”: %(problem)s", file=file.name, problem=_("This is no workbook, whatever it is called. Save it as XLSX once more."))]})
    first, names = _read_sheet(number, file, Reading())
    if len(names) > MOST_SHEETS:
        raise InvalidInput({"file": [_("“%(file)s” has too many sheets; at most %(most)s can be read.", file=file.name, most=MOST_SHEETS)]})
    if first is not None:
        yield first
    for name in names[1:]:
        found, _names = _read_sheet(number, file, Reading(sheet=name))
        if found is not None:
            yield found
    if first is None and len(names) < 2:
        raise InvalidInput({"file": [_("“%(file)s”: %(problem)s", file=file.name, problem=_("The file is empty."))]})


def _read_sheet(number: int, file: Given, reading: Reading) -> tuple[_Read | None, tuple[str, ...]]:
    file.source.seek(0)
    try:
        with open_table(file.source, reading) as table:
            head = table.head
            several = len(head.sheets) > 1
            name = head.reading.sheet if head.sheets and (several or not _is_default(head.reading.sheet)) else stem(file.name)
            sample: list[tuple[int, tuple[str, ...], int]] = []
            sheet = gather(name[:80], head.columns, _cells(table.rows, sample))
            return _Read(number, head.reading, sheet, tuple(sample)), head.sheets
    except InvalidInput as refused:
        if reading.sheet and _("The file is empty.") in [said for sentences in refused.by_field.values() for said in sentences]:
            return None, ()
        problem = " ".join(said for sentences in refused.by_field.values() for said in sentences)
        raise InvalidInput({"file": [_("“%(file)s”: %(problem)s", file=file.name, problem=problem)]}) from refused


def _cells(rows: Iterable[Row], sample: list[tuple[int, tuple[str, ...], int]]) -> Iterator[tuple[str, ...]]:
    """The cells of the rows; the first rows are put into the sample on the way."""
    for row in rows:
        if len(sample) < _SAMPLE:
            sample.append((row.line, row.cells, row.number))
        yield row.cells


def stem(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0].strip() or name


def _is_default(name: str) -> bool:
    """What spreadsheet programs call a sheet that nobody has named."""
    word = name.strip().casefold().rstrip("0123456789").strip()
    return word in ("sheet", "工作表", "表", "table", "")


def _begins(source: IO[bytes], *marks: bytes) -> bool:
    """Whether the file is what one of the marks of two bytes says: an archive, or one that is locked by a password."""
    source.seek(0)
    return source.read(2) in marks


def _size(source: IO[bytes]) -> int:
    source.seek(0, 2)
    size = source.tell()
    source.seek(0)
    return size


# Keeping


def keep(actor: Actor, files: Sequence[Given], guesses: Sequence[SheetGuess]) -> int:
    """Keep the files with what was guessed."""
    id_ = new_id()
    body = {
        "files": [[file.name[:300], _size(file.source)] for file in files], "sheets": [one.body() for one in guesses], "label": label_of(stem(files[0].name)[:80]),
        "icon": "table", "color": "blue", "app": "", "made": [], "steps": [],
    }
    connection().execute(sa.insert(sheets_table).values(
        id=id_, created_at=clock.now(), created_by=actor.id, locale=i18n.locale(), state=OPEN, revision=1, body=_plain(body), current=None, problem=None,
    ))
    for number, file in enumerate(files):
        file.source.seek(0)
        for position, chunk in enumerate(iter(lambda source=file.source: source.read(_CHUNK), b"")):  # type: ignore[misc]
            connection().execute(sa.insert(content_table).values(sheets_id=id_, file=number, position=position, content=chunk))
    return id_


def get(actor: Actor, id_: int) -> Sheets:
    """Files of one's own; those of others do not exist."""
    found = connection().execute(sa.select(sheets_table).where(sheets_table.c.id == id_)).one_or_none()
    if found is None or found.created_by != actor.id:
        raise NotFound
    return _sheets(found)


def for_worker(id_: int) -> Sheets:
    return _sheets(connection().execute(sa.select(sheets_table).where(sheets_table.c.id == id_)).one())


def listed(actor: Actor, limit: int = 20) -> list[Sheets]:
    rows = connection().execute(
        sa.select(sheets_table).where(sheets_table.c.created_by == actor.id).order_by(sheets_table.c.id.desc()).limit(limit),
    )
    return [_sheets(row) for row in rows]


def waiting() -> list[Sheets]:
    """Those whose entities lie in the draft."""
    return [_sheets(row) for row in connection().execute(sa.select(sheets_table).where(sheets_table.c.state == WAITING).order_by(sheets_table.c.id))]


def content(id_: int, file: int) -> bytes:
    """A file as it was brought; nothing once its rows are imported, which keep it."""
    table = content_table.c
    chunks = connection().scalars(sa.select(table.content).where(table.sheets_id == id_, table.file == file).order_by(table.position))
    return b"".join(chunks)


def correct(found: Sheets, sheets: Sequence[SheetGuess], **about: Any) -> Sheets:
    """Keep what somebody has corrected, unless somebody else was faster."""
    if found.state != OPEN:
        raise NotAllowed(_("The app is made already; change it in the builder."))
    return _change(found, {"sheets": [one.body() for one in sheets], **about})


def drafted(found: Sheets, app: str, made: Sequence[Made | None], steps: Sequence[Step]) -> Sheets:
    """The entities lie in the draft now; the rows wait for its publication."""
    return _change(found, {
        "app": app, "made": [None if one is None else {"entity": one.entity, "fields": dict(one.fields)} for one in made], "steps": _steps_body(steps),
    }, state=WAITING)


def start(found: Sheets) -> None:
    """Have the rows imported in the background."""
    if found.state != WAITING:
        raise NotAllowed(_("The rows of these files are not waiting."))
    _change(found, {}, state=IMPORTING)
    jobs.enqueue(JOB, found.id)


def start_published(entities: Collection[str]) -> int:
    """A version is in force that has these entities: import what waited for it; how many files that were."""
    free = [one for one in waiting() if all(made is None or made.entity in entities for made in one.made)]
    for one in free:
        start(one)
    return len(free)


def open_again(found: Sheets) -> Sheets:
    """Their entities are gone from the draft: make them once more."""
    if found.state != WAITING:
        raise NotAllowed(_("The rows of these files are not waiting."))
    return _change(found, {"app": "", "made": [], "steps": []}, state=OPEN)


def note_step(found: Sheets, number: int, import_id: int) -> Sheets:
    """The import of a step is under way."""
    steps = [replace(step, import_id=import_id) if place == number else step for place, step in enumerate(found.steps)]
    return _change(found, {"steps": _steps_body(steps)}, current=import_id)


def finish(found: Sheets) -> None:
    """All rows have been imported; the imports keep the files."""
    _change(found, {}, state=DONE, current=None)
    connection().execute(sa.delete(content_table).where(content_table.c.sheets_id == found.id))


def fail(id_: int, problem: str) -> None:
    connection().execute(sa.update(sheets_table).where(sheets_table.c.id == id_).values(state=WAITING, problem=problem[:2000]))


def stop(id_: int) -> None:
    """The rows wait again, as long as none are on their way."""
    table = sheets_table.c
    changed = connection().execute(
        sa.update(sheets_table).where(table.id == id_, table.state == IMPORTING, table.current.is_(None)).values(state=WAITING),
    )
    if changed.rowcount != 1:
        raise NotAllowed(_("This import is not running."))


def wait_again(id_: int) -> None:
    """The imports that could not begin are tried once more."""
    changed = connection().execute(
        sa.update(sheets_table).where(sheets_table.c.id == id_, sheets_table.c.state == WAITING).values(state=IMPORTING, problem=None),
    )
    if changed.rowcount != 1:
        raise NotAllowed(_("This import has not failed, so there is nothing to repeat."))


def of_import(import_id: int) -> Sheets | None:
    """The files whose import this is."""
    row = connection().execute(sa.select(sheets_table).where(sheets_table.c.current == import_id)).one_or_none()
    return _sheets(row) if row else None


def delete(found: Sheets) -> None:
    """Throw the files away; what was made of them stays."""
    if found.state == IMPORTING:
        raise NotAllowed(_("Their rows are being imported."))
    connection().execute(sa.delete(content_table).where(content_table.c.sheets_id == found.id))
    connection().execute(sa.delete(sheets_table).where(sheets_table.c.id == found.id))


def labels_of(ids: Sequence[int]) -> dict[int, str]:
    rows = connection().execute(sa.select(sheets_table.c.id, sheets_table.c.body).where(sheets_table.c.id.in_(ids)))
    return {row.id: i18n.pick(row.body["label"]) for row in rows}


@contextmanager
def file_of(found: Sheets, sheet: SheetGuess) -> Iterator[IO[bytes]]:
    """The file in which the sheet is."""
    with imports.temporary(content(found.id, sheet.file)) as file:
        yield file


def _change(found: Sheets, body: Mapping[str, Any], **values: Any) -> Sheets:
    table = sheets_table.c
    known = connection().scalar(sa.select(table.body).where(table.id == found.id)) or {}
    changed = connection().execute(
        sa.update(sheets_table).where(table.id == found.id, table.revision == found.revision)
        .values(revision=found.revision + 1, body=_plain({**known, **body}), **{"problem": None, **values}),
    )
    if changed.rowcount != 1:
        raise NotAllowed(_("This has been changed meanwhile in another window; load the page again."))
    return for_worker(found.id)


def _plain(body: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(body))


def _steps_body(steps: Sequence[Step]) -> list[list[Any]]:
    return [[step.sheet, step.links_only, str(step.import_id)] for step in steps]


def _sheets(row: Any) -> Sheets:
    body = row.body
    return Sheets(
        row.id, row.created_at, row.created_by, row.locale, row.state, row.revision, tuple((name, size) for name, size in body["files"]),
        tuple(SheetGuess.of(one) for one in body["sheets"]), body["label"], body["icon"], body["color"], body["app"],
        tuple(None if one is None else Made(one["entity"], {int(place): name for place, name in one["fields"].items()}) for one in body["made"]),
        tuple(Step(sheet, links_only, int(import_id)) for sheet, links_only, import_id in body["steps"]), row.current, row.problem or "",
    )
