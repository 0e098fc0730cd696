"""Other technical names for what lies inside of documents: options, states, transitions; every place that names them follows."""

import re
from collections.abc import Sequence

from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.names import is_identifier
from shuke.definitions.patches import Patch
from shuke.fields.keywords import CODE
from shuke.publishing.edits.values import fields_of, wanted_body
from shuke.publishing.references import Target, rename


def rename_option(documents: Sequence[Document], field: str, old: str, new: str) -> Patch:
    """Another code for an option; `field` is `book.genre`, or `book.authors.role` for a column."""
    owner, _dot, name = field.rpartition(".")
    taken = {str(one["code"]) for one in fields_of(documents, owner)[name].get("x-options", ())}
    if not re.fullmatch(CODE, new):
        raise InvalidInput({"code": [_("The code “%(name)s” cannot be used: letters, digits, _, - and . only, at most 60.", name=new)]})
    _refuse_taken(new, taken - {old})
    return [] if new == old else rename(documents, Target("option", field, old), new)


def rename_state(documents: Sequence[Document], workflow: str, old: str, new: str) -> Patch:
    body = wanted_body(documents, ("workflow", workflow))
    return _renamed(documents, Target("state", workflow, old), new, {str(one["name"]) for one in body["states"]})


def rename_transition(documents: Sequence[Document], workflow: str, old: str, new: str) -> Patch:
    body = wanted_body(documents, ("workflow", workflow))
    return _renamed(documents, Target("transition", str(body["entity"]), old), new, {str(one["name"]) for one in body.get("transitions", ())})


def _renamed(documents: Sequence[Document], target: Target, new: str, taken: set[str]) -> Patch:
    if new == target.name:
        return []
    if not is_identifier(new):
        raise InvalidInput({"name": [_("The name “%(name)s” cannot be used: small letters, digits and _ only, beginning with a letter, at most 40.", name=new)]})
    _refuse_taken(new, taken)
    return rename(documents, target, new)


def _refuse_taken(new: str, taken: set[str]) -> None:
    if new in taken:
        raise InvalidInput({"name": [_("The name “%(name)s” is taken; choose another one.", name=new)]})
