"""Writes a copy of a template in which everything that has a name or a label has another one."""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from shuke.core.errors import UnknownName
from shuke.definitions.load import load_rows, load_template, system_documents
from shuke.definitions.model import Document
from shuke.definitions.parse import parse_documents
from shuke.definitions.problems import file_of
from shuke.documents.words import placeholders
from shuke.expressions import STANDARD_VARIABLES, Type, rename
from shuke.expressions.types import Kind
from shuke.fields.scope import line_variables, rule_variables, scope

_LOCALES = frozenset({"zh", "en"})
_EXPRESSIONS = ("x-default", "x-formula", "x-visible-if", "x-required-if", "x-readonly-if")
_ROW_WORDS = ("@", "@as", "@at", "transitions", "roles")

Body = Mapping[str, Any]


class Renaming:
    """The new names of a template; states, options and user names stay, because they are values of records."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._documents = load_template(folder)
        self._catalogue = parse_documents([*system_documents(), *self._documents], 0)
        self._scope = scope(self._catalogue)
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
        for document in self._documents:
            renamed = _REWRITING[document.kind](self, document.body, document.name)
            name = self.view(document.name) if document.kind == "view" else self.other(document.kind, document.name)
            moved = Document(document.kind, name, self.other("app", document.app), self._relabelled(renamed, document))
            _write(target / file_of(moved), moved.body)
        for kind in ("data", "demo"):
            for rows in load_rows(self._folder, kind):
                app, _kind, file = Path(rows.file).parts
                body = {"entity": self.entity(rows.entity), "as": rows.username, "rows": [self._row(rows.entity, row) for row in rows.rows]}
                _write(target / self.other("app", app) / kind / f"{file.partition('-')[0]}-{self.entity(rows.entity)}.json", body)

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

    # What names stand in

    def expression(self, owner: str, source: str, variables: Mapping[str, Type] | None = None) -> str:
        return rename(source, self._scope, owner, self._members, variables={**STANDARD_VARIABLES, **(variables or {})})

    def path(self, owner: str, path: str) -> str:
        """A path over members, with a sign before it if it is one to sort by."""
        sign, names = ("-", path[1:]) if path.startswith("-") else ("", path)
        renamed = []
        for name in names.split("."):
            renamed.append(self.member(owner, name))
            found = self._scope.member(owner, name)
            owner = found.type.entity if found else ""
        return sign + ".".join(renamed)

    def paths(self, owner: str, paths: Sequence[str]) -> list[str]:
        return [self.path(owner, path) for path in paths]

    def target(self, owner: str, name: str) -> str:
        """Where a link or a collection leads."""
        found = self._scope.member(owner, name)
        if found is None:
            raise UnknownName(f"{owner}.{name}")
        return found.type.entity

    def values(self, owner: str, written: str, values: Mapping[str, str], variables: Mapping[str, Type] | None = None) -> dict[str, str]:
        return {self.member(written, name): self.expression(owner, source, variables) for name, source in values.items()}

    # Documents

    def app(self, body: Body, name: str) -> Body:
        menu = [
            {**item, **({"entity": self.entity(item["entity"])} if "entity" in item else {}), **({"view": self.view(item["view"])} if "view" in item else {}),
             **({"dashboard": self.other("dashboard", item["dashboard"])} if "dashboard" in item else {})}
            for item in body.get("menu", ())
        ]
        return {**body, "name": self.other("app", name), "menu": menu}

    def template(self, body: Body, name: str) -> Body:
        return {**body, "name": self.other("template", name)}

    def schema(self, body: Body, name: str) -> Body:
        lists = {key: [self.paths(name, names) for names in body[key]] for key in ("x-unique",) if key in body}
        dedupe = [{**one, "fields": self.paths(name, one["fields"])} for one in body.get("x-dedupe", ())]
        checks = [self._check(name, one) for one in body.get("x-checks", ())]
        leads = {"x-leads-to": self.expression(name, body["x-leads-to"])} if "x-leads-to" in body else {}
        return {
            **body, **lists, **leads, **({"x-dedupe": dedupe} if dedupe else {}), **({"x-checks": checks} if checks else {}), **({"x-display": self.member(name, body["x-display"])} if "x-display" in body else {}),
            "$id": self.entity(name), "required": self.paths(name, body.get("required", ())), "properties": self._properties(body["properties"], name),
        }

    def _check(self, entity: str, check: Body) -> Body:
        each = check.get("each", "")
        owner = f"{entity}.{each}" if each else entity
        changed = {"when": self.expression(owner, check["when"], line_variables(owner) if each else None)}
        if each:
            changed["each"] = self.member(entity, each)
        if "field" in check:
            changed["field"] = self.path(entity, check["field"])
        return {**check, **changed}

    def _properties(self, properties: Body, owner: str) -> Body:
        return {self.member(owner, name): self._property(schema, owner, name) for name, schema in properties.items()}

    def _property(self, schema: Body, owner: str, name: str) -> Body:
        changed = {key: self.expression(owner, schema[key]) for key in _EXPRESSIONS if key in schema}
        linked = schema.get("x-entity", schema["x-type"])
        for key, renamed in (
            ("x-entity", self.entity), ("x-workflow", lambda flow: self.other("workflow", flow)), ("x-ledger", lambda ledger: self.other("ledger", ledger)),
            ("x-depends", lambda other: self.member(owner, other)), ("x-inverse", lambda inverse: self.member(linked, inverse)),
            ("x-via", lambda via: self.member(owner, via)), ("x-field", lambda field: self.member(self.target(owner, schema["x-via"]), field)),
            ("x-where", lambda source: self.expression(self.target(owner, schema["x-via"]), source)),
            ("x-columns", lambda paths: self.paths(linked, paths)),
            ("x-fill", lambda fill: self._fill(f"{owner}.{name}", owner, fill)),
            ("x-filter", lambda source: self.expression(linked, source, {"record": Type(Kind.LINK, owner)})),
        ):
            if key in schema:
                changed[key] = renamed(schema[key])
        if "properties" in schema.get("items", {}):
            rows = f"{owner}.{name}"
            items = schema["items"]
            changed["items"] = {**items, "properties": self._properties(items["properties"], rows), "required": self.paths(rows, items.get("required", ()))}
        return {**schema, **changed}

    def _fill(self, rows: str, owner: str, fill: Body) -> Body:
        link, _dot, table = fill["from"].partition(".")
        return {"from": self.path(owner, fill["from"]), "columns": self.values(f"{self.target(owner, link)}.{table}", rows, fill["columns"])}

    def view_body(self, body: Body, _name: str) -> Body:
        entity = body["entity"]
        changed = {key: self.paths(entity, body[key]) for key in ("columns", "filters", "header", "sort") if key in body}
        if "where" in body:
            changed["where"] = self.expression(entity, body["where"])
        if "colors" in body:
            changed["colors"] = [self._color(entity, color) for color in body["colors"]]
        if "group" in body:
            path, colon, part = body["group"].partition(":")
            changed["group"] = self.path(entity, path) + colon + part
        if "summary" in body:
            changed["summary"] = [{**figure, "field": self.path(entity, figure["field"])} for figure in body["summary"]]
        if "roles" in body:
            changed["roles"] = [self.other("role", role) for role in body["roles"]]
        if "layout" in body:
            changed["layout"] = [self._node(entity, node) for node in body["layout"]]
        changed |= self._record_page(entity, body)
        return {**body, **changed, "entity": self.entity(entity)}

    def _record_page(self, entity: str, body: Body) -> dict[str, Any]:
        changed: dict[str, Any] = {key: [self._part(entity, part) for part in body[key]] for key in ("figures", "related", "panels", "actions") if key in body}
        if "timeline" in body:
            timeline = dict(body["timeline"])
            if "entries" in timeline:
                timeline["entries"] = [self._part(entity, entry) for entry in timeline["entries"]]
            if "add" in timeline:
                timeline["add"] = self._part(entity, timeline["add"])
            changed["timeline"] = timeline
        return changed

    def _part(self, entity: str, part: Body) -> Body:
        """A figure of the record itself, or a part about records of another entity."""
        if "entity" not in part:
            return {**part, **({"field": self.path(entity, part["field"])} if "field" in part else {"value": self.expression(entity, part["value"])})}
        other = part["entity"]
        changed: dict[str, Any] = {key: self.path(other, part[key]) for key in ("via", "at", "title", "text") if key in part}
        changed |= {key: self.paths(other, part[key]) for key in ("columns", "sort", "edit") if key in part}
        if "badge" in part:
            changed["badge"] = self.path(other, part["badge"]) if isinstance(part["badge"], str) else self.paths(other, part["badge"])
        if "where" in part:
            changed["where"] = self.expression(other, part["where"])
        if "values" in part:
            changed["values"] = self.values(entity, other, part["values"])
        if "visible" in part:
            changed["visible"] = self.expression(entity, part["visible"])
        if "view" in part:
            changed["view"] = self.view(part["view"]) if "." in part["view"] else self.other("view", part["view"])
        return {**part, **changed, "entity": self.entity(other)}

    def _color(self, entity: str, color: Body) -> Body:
        field = {"field": self.path(entity, color["field"])} if "field" in color else {}
        return {**color, **field, "when": self.expression(entity, color["when"])}

    def _node(self, entity: str, node: Body) -> Body:
        changed: dict[str, Any] = {key: self.expression(entity, node[key]) for key in ("visible", "required", "read_only") if key in node}
        if "field" in node:
            changed["field"] = self.member(entity, node["field"])
        if node["type"] == "related":
            other = node["entity"]
            changed |= {"entity": self.entity(other), "via": self.member(other, node["via"]), "columns": self.paths(other, node["columns"])}
        if "nodes" in node:
            changed["nodes"] = [self._node(entity, inner) for inner in node["nodes"]]
        return {**node, **changed}

    def workflow(self, body: Body, name: str) -> Body:
        entity = body["entity"]
        transitions = [self._transition(entity, transition) for transition in body.get("transitions", ())]
        return {**body, "name": self.other("workflow", name), "entity": self.entity(entity), "transitions": transitions}

    def _transition(self, entity: str, transition: Body) -> Body:
        changed: dict[str, Any] = {key: self.paths(entity, transition[key]) for key in ("ask", "require") if key in transition}
        if "guard" in transition:
            changed["guard"] = self.expression(entity, transition["guard"])
        if "set" in transition:
            changed["set"] = self.values(entity, entity, transition["set"])
        return {**transition, **changed, "name": self.transition(entity, transition["name"])}

    def rule(self, body: Body, name: str) -> Body:
        entity, trigger = body["entity"], dict(body["trigger"])
        if "field" in trigger:
            trigger["field"] = self.member(entity, trigger["field"])
        if "fields" in trigger:
            trigger["fields"] = self.paths(entity, trigger["fields"])
        condition = {"condition": self.expression(entity, body["condition"])} if "condition" in body else {}
        actions = [self._action(entity, action) for action in body["actions"]]
        return {**body, **condition, "name": self.other("rule", name), "entity": self.entity(entity), "trigger": trigger, "actions": actions}

    def _action(self, entity: str, action: Body) -> Body:
        changed: dict[str, Any] = {}
        owner = f"{entity}.{action['each']}" if "each" in action else entity
        for key in ("account", "counterpart", "amount", "key", "memo", "at", "condition"):
            if key in action:
                changed[key] = self.expression(owner, action[key], rule_variables(entity))
        if "each" in action:
            changed["each"] = self.member(entity, action["each"])
        if "ledger" in action:
            changed["ledger"] = self.other("ledger", action["ledger"])
        if "kind" in action:
            changed["kind"] = self.other(f"kind of {action['ledger']}", action["kind"])
        if "on" in action:
            changed["on"] = self.path(entity, action["on"])
        if "values" in action:
            changed["values"] = self.values(entity, self.target(entity, action["on"]) if "on" in action else entity, action["values"], rule_variables(entity))
        return {**action, **changed}

    def ledger(self, body: Body, name: str) -> Body:
        entity = body["account"]["entity"]
        floor = {"floor": self.expression(entity, body["floor"])} if isinstance(body.get("floor"), str) else {}
        kinds = {self.other(f"kind of {name}", kind): words for kind, words in body["kinds"].items()}
        return {**body, **floor, "name": self.other("ledger", name), "account": {"entity": self.entity(entity)}, "kinds": kinds}

    def role(self, body: Body, name: str) -> Body:
        return {**body, "name": self.other("role", name), "grants": [self._grant(grant) for grant in body.get("grants", ())]}

    def _grant(self, grant: Body) -> Body:
        entity = grant["entity"]
        changed: dict[str, Any] = {"entity": self.entity(entity)}
        if "where" in grant:
            changed["where"] = self.expression(entity, grant["where"])
        if "fields" in grant:
            changed["fields"] = {self.path(entity, name): right for name, right in grant["fields"].items()}
        if "lookup" in grant:
            changed["lookup"] = self.paths(entity, grant["lookup"])
        if "transitions" in grant:
            changed["transitions"] = [self.transition(entity, name) for name in grant["transitions"]]
        return {**grant, **changed}

    def document(self, body: Body, name: str) -> Body:
        entity = body["entity"]
        blocks = [self._block(entity, block) for block in body["blocks"]]
        head = {key: self.path(entity, body[key]) for key in ("number", "date") if key in body}
        return {**body, **head, "name": self.other("document", name), "entity": self.entity(entity), "blocks": blocks}

    def _block(self, entity: str, block: Body) -> Body:
        changed: dict[str, Any] = {}
        if "visible" in block:
            changed["visible"] = self.expression(entity, block["visible"])
        if "fields" in block:
            changed["fields"] = self.paths(entity, block["fields"])
        if "field" in block:
            changed["field"] = self.path(entity, block["field"])
        if "strong" in block:
            changed["strong"] = self.path(entity, block["strong"])
        if "ledger" in block:
            changed["ledger"] = self.other("ledger", block["ledger"])
        if block["type"] == "chart":
            changed |= self._board_part(block)
            if "via" in block:
                changed["via"] = self.member(block["entity"], block["via"])
        if block["type"] == "columns":
            changed["columns"] = [{**part, "blocks": [self._block(entity, one) for one in part["blocks"]]} for part in block["columns"]]
        if block["type"] in ("table", "related"):
            rows = self.target(entity, block["field"]) if block["type"] == "table" else block["entity"]
            changed |= {key: self.paths(rows, block[key]) for key in ("columns", "sort", "sums") if key in block}
        if block["type"] == "related":
            changed |= {"entity": self.entity(block["entity"]), "via": self.member(block["entity"], block["via"])}
            if "where" in block:
                changed["where"] = self.expression(block["entity"], block["where"])
        return {**block, **changed}

    def dashboard(self, body: Body, name: str) -> Body:
        changed: dict[str, Any] = {"name": self.other("dashboard", name), "parts": [self._board_part(part) for part in body["parts"]]}
        if "roles" in body:
            changed["roles"] = [self.other("role", role) for role in body["roles"]]
        return {**body, **changed}

    def _board_part(self, part: Body) -> Body:
        """A part about records, or about the movements of a ledger, whose groups have fixed names."""
        changed: dict[str, Any] = {}
        if "ledger" in part:
            changed["ledger"] = self.other("ledger", part["ledger"])
            changed["kinds"] = [self.other(f"kind of {part['ledger']}", kind) for kind in part.get("kinds", ())]
            if "where" in part:
                changed["where"] = self.expression(self._catalogue.ledgers[part["ledger"]].entity, part["where"])
        if "entity" in part:
            changed |= self._records_part(part["entity"], part)
        if "actions" in part:
            changed["actions"] = [
                {**one, "entity": self.entity(one["entity"]), **({"view": self.other("view", one["view"])} if "view" in one else {})} for one in part["actions"]
            ]
        return {**part, **changed}

    def _records_part(self, entity: str, part: Body) -> dict[str, Any]:
        changed: dict[str, Any] = {"entity": self.entity(entity)}
        changed |= {key: self.paths(entity, part[key]) for key in ("columns", "sort") if key in part}
        changed |= {key: self.path(entity, part[key]) for key in ("date", "due") if key in part}
        if "group" in part:
            changed["group"] = [self._cut(entity, key) for key in part["group"]]
        if "series" in part:
            changed["series"] = self._cut(entity, part["series"])
        if "where" in part:
            changed["where"] = self.expression(entity, part["where"])
        if "measures" in part:
            changed["measures"] = [
                {
                    **one, **({"field": self.path(entity, one["field"])} if "field" in one else {}),
                    **({"where": self.expression(entity, one["where"])} if "where" in one else {}),
                }
                for one in part["measures"]
            ]
        return changed

    def _cut(self, entity: str, key: str) -> str:
        path, colon, cut = key.partition(":")
        return self.path(entity, path) + colon + cut

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
        quoted = [f"{{{{ {self.expression(document.body['entity'], source)} }}}}" for source in placeholders(text)] if document.kind == "document" else []
        return " ".join([words[locale], *quoted])


def _write(path: Path, body: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", "utf-8")


Rewriting = Callable[[Renaming, Body, str], Body]

_NAMING: Mapping[str, Callable[[Renaming, Body, str], None]] = {
    "entity": Renaming.name_entity, "workflow": Renaming.name_transitions, "ledger": Renaming.name_kinds,
}
_REWRITING: Mapping[str, Rewriting] = {
    "template": Renaming.template, "app": Renaming.app, "entity": Renaming.schema, "view": Renaming.view_body, "workflow": Renaming.workflow,
    "rule": Renaming.rule, "ledger": Renaming.ledger, "role": Renaming.role, "document": Renaming.document,
    "dashboard": Renaming.dashboard,
}
