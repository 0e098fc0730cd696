"""The records that are entered inside another's form: read, and saved with it, all or none."""

from collections.abc import Collection, Iterable, Sequence

from shuke import records
from shuke.access.actor import Actor
from shuke.core.errors import InvalidInput, PlatformError
from shuke.core.given import whole
from shuke.core.i18n import gettext as _
from shuke.fields.link import is_id
from shuke.records import Condition, Doubt, Input, NeedsConfirmation, Query, Record, Saved
from shuke.runtime.entered import Entered, EnteredLine
from shuke.views import FormLines, FormPlan

_MOST = 50


def linked_records(actor: Actor, lines: FormLines, record: Record | None) -> Sequence[Record]:
    """Those that link to the record, the oldest first, with what the visitor may do with each."""
    if record is None:
        return ()
    fields = ("id", *(field.name for field in lines.plan.fields))
    return [records.get(actor, lines.entity, id_, fields=fields) for id_ in _linked_ids(actor, lines, record.id)]


def _linked_ids(actor: Actor, lines: FormLines, id_: int) -> list[int]:
    query = Query(fields=("id",), conditions=(Condition(lines.via, "is", (str(id_),)),), sort=("id",), limit=_MOST, count=False)
    return [one.id for one in records.query(actor, lines.entity, query).records]


def save_linked(actor: Actor, plan: FormPlan, entered: Entered, id_: int, *, accept_warnings: bool) -> bool:
    """Save, add and delete the other records of a form; `InvalidInput` says that some were refused, each beside its line.

    Gives whether there was anything to do. The caller rolls back what was saved when one is refused.
    """
    hidden = set(entered.form.getlist("_gone"))
    doubts: list[Doubt] = []
    done = refused = False
    for lines in plan.lines:
        if lines.name not in entered.related or lines.name in hidden:
            continue
        given = [line for line in entered.related[lines.name] if not line.is_blank]
        if len(given) < lines.least:
            entered.errors.setdefault(lines.name, []).append(_("Give at least %(limit)s.", limit=lines.least))
        done |= _remove(actor, lines, entered, id_)
        changing = [line for line in given if line.id is None or line.entered.changed]
        results = _save(actor, lines, changing, id_, accept_warnings=accept_warnings)
        done |= bool(changing)
        doubts += [doubt for result in results if isinstance(result, NeedsConfirmation) for doubt in result.warnings]
        refused |= bool(entered.errors) or any(line.entered.errors for line in given)
    if refused:
        raise InvalidInput({})
    if doubts:
        raise NeedsConfirmation({}, tuple(doubts))
    return done


def _remove(actor: Actor, lines: FormLines, entered: Entered, id_: int) -> bool:
    """Delete those that stood in the form and were taken out of it."""
    kept = {line.key for line in entered.related[lines.name]}
    known = [int(key) for key in entered.known.get(lines.name, ()) if is_id(key) and key not in kept]
    gone = set(known) & set(_linked_ids(actor, lines, id_)) if known else set()
    for one in sorted(gone):
        try:
            records.delete(actor, lines.entity, one)
        except PlatformError as refusal:
            entered.errors.setdefault(lines.name, []).append(_sentence(refusal))
    return bool(gone)


def _save(actor: Actor, lines: FormLines, given: Sequence[EnteredLine], id_: int, *, accept_warnings: bool) -> list[Saved | PlatformError]:
    if not given or any(line.entered.errors for line in given):
        return []
    known = set(_linked_ids(actor, lines, id_)) if any(line.id for line in given) else set()
    results = records.save_many(actor, lines.entity, list(_inputs(lines, given, id_)), accept_warnings=accept_warnings)
    for line, result in zip(given, results, strict=True):
        if line.id is not None and line.id not in known:
            line.entered.add_errors({"": [_("This line does not exist any more.")]})
        elif isinstance(result, InvalidInput):
            if not isinstance(result, NeedsConfirmation):
                line.entered.add_errors({("" if path == lines.via else path): said for path, said in result.by_field.items()})
        elif isinstance(result, PlatformError):
            line.entered.add_errors({"": [str(result)]})
    return results


def _inputs(lines: FormLines, given: Iterable[EnteredLine], id_: int) -> Iterable[Input]:
    for line in given:
        if line.id is None:
            yield Input({**line.entered.given, lines.via: str(id_)})
        else:
            yield Input(line.entered.changed, line.id, line.entered.form.get("_revision", type=whole))


def _sentence(refusal: PlatformError) -> str:
    said: Collection[str] = [one for some in refusal.by_field.values() for one in some] if isinstance(refusal, InvalidInput) else [str(refusal)]
    return " ".join(said)
