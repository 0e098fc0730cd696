"""Places that both an update and administrators have changed, in words, and what was chosen for each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shuke.builder.panels import words
from shuke.builder.words import icon_of, kind_word, label_of
from shuke.builder.workshop import Workshop
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Document
from shuke.publishing.merging import Conflict, Side

PREFIX = "choice:"
_LONGEST = 160
_SILENT = frozenset({"body", "properties", "items", "nodes"})


@dataclass(frozen=True, slots=True)
class ConflictShown:
    key: str
    document: str
    icon: str
    kind: str
    place: str
    base: str
    mine: str
    theirs: str


def choices_of(form: Mapping[str, str]) -> dict[str, Side]:
    """What was chosen: `choice:/entity/book/body/x-icon` → `mine` or `theirs`."""
    return {name.removeprefix(PREFIX): "theirs" if value == "theirs" else "mine" for name, value in form.items() if name.startswith(PREFIX)}


def conflict_shown(shop: Workshop, one: Conflict, theirs: Sequence[Document]) -> ConflictShown:
    known = {document.key: document for document in (*theirs, *shop.documents)}
    document = known.get(one.document)
    label = label_of(document) if document else one.document[1]
    said = [_words(label_of(app) if one.path == ("app",) and (app := known.get(("app", value))) else value) for value in (one.base, one.mine, one.theirs)]
    return ConflictShown(
        one.key, label, icon_of(document) if document else "file", kind_word(one.document[0]), _place(document, one) or _("The whole document"), *said,
    )


def _place(document: Document | None, one: Conflict) -> str:
    """“Title · Label · Chinese”: the labels of what it lies in, and the keyword."""
    found: Any = {"app": document.app, "body": document.body} if document else {}
    said = []
    for number, part in enumerate(one.path):
        found = found.get(part) if isinstance(found, Mapping) else None
        label = _label(found) or (_entry_label(part) if str(part).startswith("[") else "")
        if label:
            said.append(label)
        elif str(part) not in _SILENT:
            is_name = number > 0 and one.path[number - 1] == "properties"
            said.append(str(part).lstrip("=") if is_name else words.key_word(str(part)))
    return " · ".join(said)


def _label(value: Any) -> str:
    label = (value.get("x-label") or value.get("label")) if isinstance(value, Mapping) else None
    return pick(label) if isinstance(label, Mapping) else ""


def _entry_label(part: str | int) -> str:
    """What tells an entry of a list apart."""
    _kind, *said = json.loads(str(part))
    found = said[0][1] if said and isinstance(said[0], list) else ""
    return pick(found) if isinstance(found, dict) else str(found)


def _words(value: Any) -> str:
    if value is None:
        return _("Not there")
    if isinstance(value, Mapping) and (label := _label(value) or _label(value.get("body"))):
        return label
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    text = value if isinstance(value, str) else ", ".join(value) if _is_plain(value) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _is_plain(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
