"""Import and export from the terminal: `import_file` and `export_file` are called by the command line of `web`."""

import json
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from shuke.access import Actor
from shuke.core import i18n
from shuke.core.db import Database
from shuke.core.errors import InvalidInput, PlatformError, UnknownName
from shuke.core.i18n import gettext as _
from shuke.core.i18n import ngettext, pick
from shuke.definitions.current import catalogue
from shuke.records import Query
from shuke.transfer import imports, jobs
from shuke.transfer.exporting import CSV, XLSX, error_file, export
from shuke.transfer.imports import Analysis, Import
from shuke.transfer.mapping import ImportMapping, read_mapping
from shuke.transfer.reading import Reading
from shuke.transfer.running import run, surroundings
from shuke.transfer.starting import complete
from shuke.transfer.suggesting import suggest
from shuke.views import list_plan

_BAR = 30
_SHOWN_REFUSALS = 10


def import_file(
    database: Database, actor: Actor, entity: str, path: Path, *, mapping: Path | None = None,
    match: Sequence[str] = (), dry_run: bool = False, out: TextIO | None = None, reading: Reading | None = None,
) -> int:
    """Import a file and tell how it goes; the exit status is 0 when every row was taken, 1 otherwise.

    Should this process die, the server or a worker goes on with the import.
    """
    out = out or sys.stdout
    try:
        given = json.loads(mapping.read_text(encoding="utf-8")) if mapping else None
        with path.open("rb") as source:
            planned = read_mapping(given) if given is not None else None
            analysis = imports.analyse(source, reading or (planned.reading if planned else Reading()))
            with surroundings(database, i18n.locale(), write=True):
                chosen = planned or _suggested(actor, entity, analysis)
                if match:
                    chosen = _matched(chosen, entity, match)
                import_ = imports.get(actor, imports.create(actor, entity, path.name, source, analysis))
                imports.set_mapping(import_, complete(actor, import_, chosen))
                imports.start(imports.get(actor, import_.id), dry_run=dry_run)
        if given is None:
            _tell_mapping(chosen, out)
        finished = _carry_out(database, actor, import_.id, out)
    except (OSError, ValueError) as wrong:
        out.write(_("The file cannot be read: %(why)s", why=str(wrong)) + "\n")
        return 1
    except InvalidInput as wrong:
        for place, sentences in wrong.by_field.items():
            out.write(f"{place}: {' '.join(sentences)}\n" if place not in ("", "file") else f"{' '.join(sentences)}\n")
        return 1
    except PlatformError as wrong:
        out.write(f"{wrong}\n")
        return 1
    return _report(database, actor, finished, path, dry_run, out)


def export_file(database: Database, actor: Actor, entity: str, path: Path, *, query: Query | None = None, columns: Sequence[str] = ()) -> int:
    """Write all records of an entity, or of a query, to a .csv or .xlsx file; the number of records."""
    kind = XLSX if path.suffix.lower() == f".{XLSX}" else CSV
    with surroundings(database, i18n.locale()):
        known = catalogue().entity(entity)
        shown = columns or [column.path for column in list_plan(catalogue(), entity).columns]
        finished = export(actor, known, query or Query(sort=("id",)), shown, kind)
        with finished.file, path.open("wb") as target:
            shutil.copyfileobj(finished.file, target)
    return finished.rows


def _suggested(actor: Actor, entity: str, analysis: Analysis) -> ImportMapping:
    chosen = suggest(actor, catalogue().entity(entity), analysis.columns, analysis.sample, analysis.reading)
    if not chosen.targets[0].columns:
        raise InvalidInput({"mapping": [_("No column of the file could be matched with a field. Give a mapping file.")]})
    return chosen


def _matched(mapping: ImportMapping, entity: str, match: Sequence[str]) -> ImportMapping:
    """The same mapping with other match fields for this entity."""
    body = mapping.body()
    targets = [target for target in body["targets"] if target["entity"] == entity]
    if not targets:
        raise UnknownName("target", entity, [target["entity"] for target in body["targets"]])
    targets[0]["key"] = list(match)
    return read_mapping(body)


def _tell_mapping(mapping: ImportMapping, out: TextIO) -> None:
    for target in mapping.targets:
        out.writelines(f"  {source.column} → {target.entity}.{name}{' *' if name in target.key else ''}\n" for name, source in target.columns.items())


def _carry_out(database: Database, actor: Actor, id_: int, out: TextIO) -> Import:
    with surroundings(database, write=True):
        job = jobs.claim_one(imports.JOB, id_)
    began = time.monotonic()
    if job is not None:
        run(database, job, progress=lambda import_: _bar(import_, began, out))
    return _wait(database, actor, id_, began, out)


def _wait(database: Database, actor: Actor, id_: int, began: float, out: TextIO) -> Import:
    """A server that was quicker to claim the job does the work; this command only watches."""
    while True:
        with surroundings(database, i18n.locale()):
            import_ = imports.get(actor, id_)
        if not import_.is_busy:
            if out.isatty():
                out.write("\n")
            return import_
        _bar(import_, began, out)
        time.sleep(0.5)


def _bar(import_: Import, began: float, out: TextIO) -> None:
    """One line that is written over again and again; nothing where nobody can see it move."""
    if not out.isatty():
        return
    filled = _BAR * import_.done // max(1, import_.total)
    speed = import_.done / max(0.001, time.monotonic() - began)
    out.write(f"\r[{'█' * filled}{'·' * (_BAR - filled)}] {import_.percent:3d} %  {import_.done:,}/{import_.total:,}  {speed:,.0f}/s ")
    out.flush()


def _report(database: Database, actor: Actor, import_: Import, path: Path, dry_run: bool, out: TextIO) -> int:
    with surroundings(database, i18n.locale()):
        if dry_run and import_.state == imports.CHECKED:
            out.write(_("Dry run: nothing was changed.") + "\n")
        for name, counts in import_.counts.items():
            entity = catalogue().entity(next((target.entity for target in import_.plan_mapping().targets if target.name == name), name))
            out.write(_(
                "%(entity)s: %(created)s new, %(changed)s changed, %(unchanged)s unchanged.", entity=pick(entity.label),
                created=counts.get("created", 0), changed=counts.get("changed", 0), unchanged=counts.get("unchanged", 0),
            ) + "\n")
        if import_.problem:
            out.write(f"{import_.problem}\n")
        if not import_.refused:
            return 0 if import_.state in (imports.DONE, imports.CHECKED) else 1
        out.write(ngettext("%(number)s row was refused.", "%(number)s rows were refused.", import_.refused) + "\n")
        refused = list(imports.refused_rows(import_))
        out.writelines("  " + _("Line %(line)s: %(why)s", line=row.line, why=row.words) + "\n" for row in refused[:_SHOWN_REFUSALS])
        if not dry_run:
            target = path.with_name(f"{path.stem}.refused.csv")
            target.write_bytes(error_file(import_.columns, refused))
            out.write(_("The refused rows are in %(file)s; mend and import them again.", file=target) + "\n")
    return 1
