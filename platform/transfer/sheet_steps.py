"""From made entities to imports: in which order the sheets are taken, and how their columns become fields."""

from collections.abc import Iterator, Sequence

from shuke import records
from shuke.access import Actor
from shuke.core.errors import InvalidInput, PlatformError
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick, use_locale
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.transfer import imports, sheets
from shuke.transfer.guessing import SheetGuess
from shuke.transfer.imports import Analysis, Import
from shuke.transfer.mapping import ImportMapping, Source, Target
from shuke.transfer.reading import Reading
from shuke.transfer.sheets import Made, Sheets, Step
from shuke.transfer.starting import complete
from shuke.transfer.suggesting import suggest
from shuke.transfer.tables import Row


def order(guesses: Sequence[SheetGuess]) -> list[Step]:
    """Sheets after those that they lead to; links within circles are filled in once all rows are there."""
    left = [number for number, sheet in enumerate(guesses) if not sheet.skip]
    steps: list[Step] = []
    later: list[Step] = []
    while left:
        free = next((number for number in left if not _targets(guesses, number) & set(left) - {number}), left[0])
        if _targets(guesses, free) & set(left):
            if guesses[free].key is None:
                raise InvalidInput({"": [_(
                    "The links of “%(sheet)s” lead in a circle, so its rows have to be found again: choose a column by which they are known, or take a link out.",
                    sheet=pick(guesses[free].label),
                )]})
            later.append(Step(free, links_only=True))
        steps.append(Step(free))
        left.remove(free)
    return [*steps, *later]


def _targets(guesses: Sequence[SheetGuess], number: int) -> set[int]:
    return {column.link.sheet for column in guesses[number].kept if column.type == "link" and column.link and not guesses[column.link.sheet].skip}


def go_on(found: Sheets) -> None:
    """Begin the next import, or finish; within a unit of work in which the published definitions are in use."""
    number = next((number for number, step in enumerate(found.steps) if not step.import_id and _entity(found, step) is not None), None)
    if number is None:
        sheets.finish(found)
        return
    with use_locale(found.locale):
        _begin(found, number, found.steps[number])


def follow(import_id: int) -> None:
    """An import is done: go on with the files that it belongs to, if any."""
    found = sheets.of_import(import_id)
    if found is None or found.state != sheets.IMPORTING:
        return
    try:
        go_on(found)
    except PlatformError as refused:  # what was imported stays so
        sheets.fail(found.id, str(refused))


def _entity(found: Sheets, step: Step) -> Entity | None:
    made = found.made[step.sheet]
    return catalogue().entities.get(made.entity) if made else None


def _begin(found: Sheets, number: int, step: Step) -> None:
    actor = _actor(found)
    entity = _entity(found, step)
    assert entity is not None
    sheet = found.sheets[step.sheet]
    analysis = Analysis(
        Reading.of(sheet.reading), tuple(sheet.reading["columns"]), (sheet.sheet,) if sheet.sheet else (), tuple(Row(*row) for row in sheet.rows), sheet.total,
    )
    with sheets.file_of(found, sheet) as file:
        id_ = imports.create(actor, entity.name, _name(found, step), file, analysis)
    import_ = imports.get(actor, id_)
    mapping, whole = _mapping(actor, found, step, entity, import_)
    try:
        imports.set_mapping(import_, complete(actor, import_, mapping))
    except PlatformError:
        whole = False
    sheets.note_step(found, number, id_)
    if whole:  # otherwise somebody says first what the columns mean, on the page of the import
        imports.start(imports.get(actor, id_), dry_run=False)


def _name(found: Sheets, step: Step) -> str:
    sheet = found.sheets[step.sheet]
    name = found.files[sheet.file][0]
    return f"{name} · {sheet.sheet}" if sheet.sheet and len(found.sheets) > 1 else name


def _actor(found: Sheets) -> Actor:
    return records.load_actor(found.created_by, "user")


def _mapping(actor: Actor, found: Sheets, step: Step, entity: Entity, import_: Import) -> tuple[ImportMapping, bool]:
    """The mapping, and whether every column that is wanted has its field: fields may have been renamed or taken out of the draft meanwhile."""
    sheet, made = found.sheets[step.sheet], found.made[step.sheet]
    assert made is not None
    late = {other.sheet for other in found.steps if other.links_only}
    columns: dict[str, Source] = {}
    missing: list[int] = []
    for place, name in wanted(sheet, made, links_only=step.links_only, without=_circular(found, step) if step.sheet in late else frozenset()):
        if entity.has(name):
            columns[name] = _source(found, sheet, place, import_.columns[place])
        else:
            missing.append(place)
    if missing:
        guessed = suggest(actor, entity, import_.columns, import_.sample, import_.reading).targets[0].columns
        for name, source in guessed.items():
            if name not in columns and import_.columns.index(source.column) in missing:
                columns[name] = source
                missing.remove(import_.columns.index(source.column))
    key = (made.fields[sheet.key],) if step.links_only and sheet.key is not None else ()
    target = Target(entity.name, entity.name, key, columns, mode="update" if step.links_only else "insert")
    return ImportMapping((target,), import_.reading, accept_warnings=True), not missing


def wanted(sheet: SheetGuess, made: Made, *, links_only: bool, without: frozenset[int]) -> Iterator[tuple[int, str]]:
    """The places of the columns that this step takes, with their fields."""
    for column in sheet.kept:
        if column.place in made.fields and (column.place in without or column.place == sheet.key if links_only else column.place not in without):
            yield column.place, made.fields[column.place]


def _circular(found: Sheets, step: Step) -> frozenset[int]:
    """The links of a sheet to rows that are not there when it is taken: to itself, and to sheets that come later."""
    first = [one.sheet for one in found.steps if not one.links_only]
    here = first.index(step.sheet)
    return frozenset(
        column.place for column in found.sheets[step.sheet].kept
        if column.type == "link" and column.link and column.link.sheet in first and first.index(column.link.sheet) >= here
    )


def _source(found: Sheets, sheet: SheetGuess, place: int, heading: str) -> Source:
    column = sheet.column(place)
    target = found.made[column.link.sheet] if column.type == "link" and column.link else None
    if column.link is None or target is None:
        return Source(column=heading)
    return Source(column=heading, match=target.fields[column.link.column])
