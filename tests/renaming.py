"""Writes a copy of a template in which everything that has a name or a label has another one."""

import json
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from shuke.definitions.load import load_rows, load_template, system_documents
from shuke.definitions.model import Document
from shuke.definitions.parse import SYSTEM_APP
from shuke.definitions.problems import file_of
from shuke.documents.words import placeholders
from shuke.publishing.references import Target, renamed

_LOCALES = frozenset({"zh", "en"})
_ROW_WORDS = ("@", "@as", "@at", "transitions", "roles")

Body = Mapping[str, Any]


class Renaming:
    """The new names of a template; states, options and user names stay, because they are values of records."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._documents = load_template(folder)
        self._numbers = count(1)
        self._names: dict[tuple[str, str], str] = {}
        self._members: dict[tuple[str, str], str] = {}
        self._words: dict[str, dict[str, str]] = {}
        for document in self._documents:
            self._name(document.kind, document.name if document.kind != "view" else document.name.split(".", 2)[-1])
            _NAMING.get(document.kind, lambda _renaming, _body, _name: None)(self, document.body, document.name)

    # The new names

    def entity(self, name: str) -> str:
        return self._names.get(("entity", name), name)

    def member(self, owner: str, name: str) -> str:
        """A field, a column of the sub-table `entity.field`, or the other end of a link."""
        return self._members.get((owner, name), name)

    def transition(self, entity: str, name: str) -> str:
        return self._names.get((f"transition of {entity}", name), name)

    def other(self, kind: str, name: str) -> str:
        return self._names.get((kind, name), name)

    def view(self, name: str) -> str:
        entity, kind, *variant = name.split(".", 2)
        return ".".join((self.entity(entity), kind, *(self.other("view", part) for part in variant)))

    # Writing

    def write(self, target: Path) -> None:
        relabelled = [Document(one.kind, one.name, one.app, self._relabelled(one.body, one)) for one in self._documents]
        for moved in renamed([*system_documents(), *relabelled], self._targets()):
            if moved.app != SYSTEM_APP:
                _write(target / file_of(moved), moved.body)
        for kind in ("data", "demo"):
            for rows in load_rows(self._folder, kind):
                app, _kind, file = Path(rows.file).parts
                body = {"entity": self.entity(rows.entity), "as": rows.username, "rows": [self._row(rows.entity, row) for row in rows.rows]}
                _write(target / self.other("app", app) / kind / f"{file.partition('-')[0]}-{self.entity(rows.entity)}.json", body)

    def _targets(self) -> dict[Target, str]:
        """The new names, as the platform names what they belong to."""
        members = {Target("field", owner, name): new for (owner, name), new in self._members.items()}
        names = {_target(kind, name): new for (kind, name), new in self._names.items() if kind != "view"}
        return members | names | {Target("view", "", one.name): self.view(one.name) for one in self._documents if one.kind == "view"}

    # Naming

    def _name(self, kind: str, name: str) -> None:
        self._names.setdefault((kind, name), f"n{next(self._numbers):03d}")

    def _name_member(self, owner: str, name: str) -> None:
        self._members.setdefault((owner, name), f"n{next(self._numbers):03d}")

    def name_entity(self, body: Body, name: str) -> None:
        self._name_fields(body["properties"], name)

    def _name_fields(self, properties: Body, owner: str) -> None:
        for field, schema in properties.items():
            self._name_member(owner, field)
            if inverse := schema.get("x-inverse"):
                self._name_member(schema.get("x-entity", schema["x-type"]), inverse)
            if "items" in schema and "properties" in schema["items"]:
                self._name_fields(schema["items"]["properties"], f"{owner}.{field}")

    def name_transitions(self, body: Body, _name: str) -> None:
        for transition in body.get("transitions", ()):
            self._name(f"transition of {body['entity']}", transition["name"])

    def name_kinds(self, body: Body, name: str) -> None:
        for kind in body["kinds"]:
            self._name(f"kind of {name}", kind)

    # Rows and labels

    def _row(self, entity: str, row: Body) -> Body:
        renamed = {self.member(entity, name): self._cell(entity, name, value) for name, value in row.items() if name not in _ROW_WORDS}
        kept = {name: row[name] for name in _ROW_WORDS[:3] if name in row}
        if "transitions" in row:
            kept["transitions"] = [self.transition(entity, name) for name in row["transitions"]]
        if "roles" in row:
            kept["roles"] = [self.other("role", name) for name in row["roles"]]
        return {**kept, **renamed}

    def _cell(self, entity: str, name: str, value: Any) -> Any:
        if isinstance(value, list):
            rows = f"{entity}.{name}"
            return [{self.member(rows, column): cell for column, cell in one.items()} if isinstance(one, Mapping) else one for one in value]
        return value

    def _relabelled(self, value: Any, document: Document) -> Any:
        if isinstance(value, Mapping):
            if value and value.keys() <= _LOCALES:
                return {locale: self._word(text, locale, document) for locale, text in value.items()}
            return {key: self._relabelled(inner, document) for key, inner in value.items()}
        return [self._relabelled(inner, document) for inner in value] if isinstance(value, list | tuple) else value

    def _word(self, text: str, locale: str, document: Document) -> str:
        """Another word for a text, the same one wherever the text stands; what it quotes from the record stays in it."""
        number = len(self._words) + 1
        words = self._words.setdefault(text, {"zh": f"新词{number:03d}", "en": f"Word {number:03d}"})
        quoted = [f"{{{{ {source} }}}}" for source in placeholders(text)] if document.kind == "document" else []
        return " ".join([words[locale], *quoted])


def _target(kind: str, name: str) -> Target:
    kind, _of, owner = kind.partition(" of ")
    return Target(kind, owner, name)


def _write(path: Path, body: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", "utf-8")


_NAMING: Mapping[str, Callable[[Renaming, Body, str], None]] = {
    "entity": Renaming.name_entity, "workflow": Renaming.name_transitions, "ledger": Renaming.name_kinds,
}
