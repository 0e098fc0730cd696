"""The state of a form: a preview of what saving would make, and what the visitor may do with each field."""

from shuke import records
from shuke.access.policy import Policy, policy
from shuke.definitions.model import Entity
from shuke.records import Record
from shuke.runtime.controls import FormState
from shuke.runtime.entered import Entered
from shuke.screens.visitor import actor
from shuke.views import FormPlan

_KEPT = ("owner", "unit", "created_at", "created_by", "updated_at", "updated_by")


def form_state(
    entity: Entity, plan: FormPlan, record: Record | None, entered: Entered | None, *, prefix: str = "f", with_errors: bool = True,
) -> FormState:
    """How the form stands; with errors, what is wrong with it is added to what was entered."""
    preview = records.preview(actor(), entity, entered.values if entered else {}, record.id if record else None)
    if entered is not None and with_errors:
        entered.add_errors(preview.errors)
    return FormState(actor(), plan, preview, _rights(entity, record), record, entered, prefix=prefix)


def _rights(entity: Entity, record: Record | None) -> dict[str, str]:
    rights = policy(actor(), entity)
    operation = "update" if record else "create"
    names = [*(field.name for field in entity.fields), *_KEPT]
    names += [f"{field.name}.{column.name}" for field in entity.fields for column in field.fields]
    return {name: _right(rights, record, name, operation) for name in names}


def _right(rights: Policy, record: Record | None, name: str, operation: str) -> str:
    read = rights.right(name) if record is None or "." in name else record.rights.get(name, "hidden")
    if record is not None and read in {"hidden", "masked"}:
        return read
    return "write" if rights.right(name, operation) == "write" else "read" if read == "write" else read
