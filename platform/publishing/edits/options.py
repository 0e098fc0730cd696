"""Options of fields: several at once from lines of text, in an order of one's own."""

import re
from collections.abc import Iterator, Sequence

from shuke.core.errors import InvalidInput
from shuke.core.i18n import Label, label_of
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.patches import Key, Patch, Path, patched
from shuke.publishing.edits.labels import free_name
from shuke.publishing.edits.values import insert_item, value_at

MOST = 500
_BETWEEN = re.compile(r"\s*[|｜\t]\s*")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
COLORS = ("blue", "green", "orange", "purple", "teal", "red", "yellow", "pink", "cyan", "lime", "indigo", "gray")
"""What new options get in turn, where those before them have colours."""


def add_options(documents: Sequence[Document], document: Key, path: Path, text: str) -> Patch:
    """An option for each line: `中文 | English`, or words in one language. Codes are made from the words."""
    steps: Patch = []
    there = list(value_at(documents, document, path) or ())
    labels = list(_labels(text))
    if len(labels) > MOST:
        raise InvalidInput({"": [_("At most %(most)s options can be added at once.", most=MOST)]})
    is_coloured = bool(there) and any(one.get("color") for one in there)
    for label in labels:
        taken = {str(one["code"]) for one in there}
        option: dict[str, object] = {"code": free_name(label, taken, "option"), "label": dict(label)}
        if is_coloured:
            option["color"] = COLORS[len(there) % len(COLORS)]
        more = insert_item(documents, document, path, None, option)
        documents = patched(documents, more)
        steps += more
        there.append(option)
    return steps


def _labels(text: str) -> Iterator[Label]:
    for line in text.splitlines():
        first, *rest = [part for part in _BETWEEN.split(line.strip()) if part] or [""]
        if not first:
            continue
        if rest:
            yield {"zh": rest[0], "en": first} if _HAN.search(rest[0]) and not _HAN.search(first) else {"zh": first, "en": rest[0]}
        else:
            yield label_of(first)
