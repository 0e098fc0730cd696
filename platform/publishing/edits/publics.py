"""Public forms: beginning one with what can be asked of strangers, and switching it on and off."""

from collections.abc import Mapping, Sequence
from typing import Any

from shuke.core.errors import InvalidInput
from shuke.core.i18n import Label
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document, Entity
from shuke.definitions.patches import Patch
from shuke.publishing.edits.labels import free_name
from shuke.publishing.edits.values import set_value, value_at, wanted_body
from shuke.publishing.public_checks import can_be_public, tells

_REACHED = frozenset({"phone", "email"})
"""How somebody can be answered."""


def begin_public(documents: Sequence[Document], view: str, entity: Entity) -> Patch:
    """Give the form a public part: the fields of its layout that strangers can fill in, and an address of its own."""
    body = wanted_body(documents, ("view", view))
    fields = offered(entity)
    placed = [name for name in _placed(body["layout"]) if name in fields] or list(fields)
    needed = [field.name for field in entity.fields if field.required and field.name in fields]
    # What strangers are asked for is chosen by a person: it begins with as little as a form needs.
    reached = [name for name in placed if entity.field(name).type in _REACHED]
    chosen = list(dict.fromkeys([*needed, *(reached or placed[:1])]))
    if not chosen:
        raise InvalidInput({"": [_("This form has no field that people without an account could fill in.")]})
    public = {
        "open": True, "address": _free_address(documents, body.get("label") or entity.label), "fields": chosen,
        "title": dict(body.get("label") or entity.label), "thanks": {"zh": "谢谢，我们已经收到。", "en": "Thank you. We have received it."},
    }
    return set_value(documents, ("view", view), ("public",), public)


def offered(entity: Entity) -> tuple[str, ...]:
    """The fields that strangers can fill in without learning or choosing anything of other records."""
    return tuple(field.name for field in entity.fields if not field.entity and can_be_public(entity, field) and not tells(entity, field.name))


def open_public(documents: Sequence[Document], view: str, *, is_open: bool) -> Patch:
    wanted_body(documents, ("view", view))
    return set_value(documents, ("view", view), ("public", "open"), is_open)


def closed_copy(documents: Sequence[Document], body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A copied view: its public form has an address of its own, and is closed until somebody opens it."""
    if not body.get("public"):
        return body
    address = _free_address(documents, {"en": body["public"]["address"]})
    return {**body, "public": {**body["public"], "address": address, "open": False}}


def _free_address(documents: Sequence[Document], label: Label) -> str:
    taken = {str(value_at(documents, one.key, ("public", "address")) or "").replace("-", "_") for one in documents if one.kind == "view"}
    address = free_name(label, taken, "form").replace("_", "-").strip("-")
    return address if len(address) > 2 else f"form-{address}"


def _placed(nodes: Sequence[Any]) -> list[str]:
    found: list[str] = []
    for node in nodes:
        found += [node["field"]] if node.get("field") else []
        found += _placed(node.get("nodes", ()))
    return found
