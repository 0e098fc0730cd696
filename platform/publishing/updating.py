"""Installing packages and bringing them up to date: what administrators changed since stays, and what both changed is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shuke.core.errors import InvalidInput
from shuke.definitions import bases, store
from shuke.definitions.load import without_physical
from shuke.definitions.model import Document
from shuke.definitions.packages import Need, Package
from shuke.definitions.parse import SYSTEM_APP
from shuke.definitions.patches import Patch, adding, document_pointer, pointer, removing, replacing
from shuke.publishing.checks import complete
from shuke.publishing.merging import Conflict, Side, merge
from shuke.publishing.needs import missing
from shuke.publishing.references import Target, renamed

BASE = "x-base"


@dataclass(frozen=True, slots=True)
class Update:
    """What installing a package comes to, before and after the choices."""

    package: Package
    installed: str
    """The version that is installed; `""` when the package is new here."""
    is_new: bool
    documents: tuple[Document, ...]
    steps: Patch
    conflicts: tuple[Conflict, ...]
    missing: tuple[Need, ...]


def update(documents: Sequence[Document], made: Package, choices: Mapping[str, Side] | None = None) -> Update:
    """Install the package in documents, or bring it up to date there; within a unit of work."""
    there = template_in(documents, made.name)
    base, theirs = _base(there, made), list(made.documents)
    if there and base:
        base, theirs = _as_called_here(base, theirs, _names_here(documents, there, base))
    own = [one for one in documents if one.app != SYSTEM_APP]
    merged = merge(_without_template(base), [one for one in own if one is not there], _without_template(theirs), choices)
    template = _template(made, there)
    after = [*(one for one in documents if one.app == SYSTEM_APP), template, *merged.documents]
    return Update(
        made, str(there.body.get("version", "")) if there else "", there is None, tuple(after), _steps(documents, after), merged.conflicts,
        missing(made.needs, after),
    )


def template_in(documents: Iterable[Document], name: str) -> Document | None:
    """What an installed package says of itself."""
    return next((one for one in documents if one.key == ("template", name)), None)


def _base(there: Document | None, made: Package) -> list[Document]:
    """The documents of the package as it was installed; none when it never was."""
    if there is None:
        return []
    if kept := bases.kept(str(there.body.get(BASE, ""))):
        return list(kept.documents)
    return _first(made)


def template_of(documents: Iterable[Document], apps: Iterable[str]) -> Document | None:
    """The installed package that brought exactly these apps."""
    wanted = set(apps)
    for one in documents:
        if one.kind == "template" and (kept := bases.kept(str(one.body.get(BASE, "")))) and {app.name for app in kept.apps} == wanted:
            return one
    return None


def installed(made: Package) -> list[Document]:
    """The package's documents as they are published in an empty company, remembered for the first update."""
    bases.keep(made)
    return [_template(made, None), *_without_template(made.documents)]


def _template(made: Package, there: Document | None) -> Document:
    """What the package says of itself is the newest; with what its next update is compared with."""
    body = {**without_physical(made.template.body), BASE: made.digest}
    return there if there and there.body == body else Document("template", made.name, "", body)


def _without_template(documents: Iterable[Document]) -> list[Document]:
    return [one for one in documents if one.kind != "template"]


def _first(made: Package) -> list[Document]:
    """For companies that were founded before packages were remembered: what the oldest version with this template has in its apps."""
    apps = {one.name for one in made.apps}
    for _number, documents in store.all_documents():
        if template_in(documents, made.name):
            return [Document(one.kind, one.name, one.app, without_physical(one.body)) for one in documents if one.app in apps]
    return []


# Names that administrators have given since


def _names_here(documents: Sequence[Document], there: Document, base: Sequence[Document]) -> dict[Target, str]:
    """What entities and fields of the package are called here now, where that is something else."""
    as_installed = _as_installed(there)
    ours = {str(one.body["x-id"]): one for one in documents if one.kind == "entity" and "x-id" in one.body}
    names: dict[Target, str] = {}
    for one in base:
        known = as_installed.get(one.key)
        now = ours.get(str(known.body.get("x-id"))) if known and one.kind == "entity" else None
        if known is None or now is None:
            continue
        if now.name != one.name:
            names[Target("entity", "", one.name)] = now.name
        names |= _fields_here(one.name, known.body.get("properties", {}), now.body.get("properties", {}))
    return names


def _fields_here(owner: str, before: Mapping[str, Mapping[str, object]], now: Mapping[str, Mapping[str, object]]) -> dict[Target, str]:
    by_id = {schema["x-id"]: name for name, schema in now.items() if "x-id" in schema}
    names: dict[Target, str] = {}
    for name, schema in before.items():
        here = by_id.get(schema.get("x-id", ""))
        if here is None:
            continue
        if here != name:
            names[Target("field", owner, name)] = here
        rows, rows_now = schema.get("items"), now[here].get("items")
        if isinstance(rows, Mapping) and isinstance(rows_now, Mapping):
            names |= _fields_here(f"{owner}.{name}", rows.get("properties", {}), rows_now.get("properties", {}))
    return names


def _as_installed(there: Document) -> dict[tuple[str, str], Document]:
    """The documents of the version with which the package came into force as it is now, with their identities."""
    base = there.body.get(BASE)
    for _number, documents in store.all_documents():
        found = template_in(documents, there.name)
        if found and (base is None or found.body.get(BASE) == base):
            return {one.key: one for one in documents}
    return {}


def _as_called_here(base: list[Document], theirs: list[Document], names: Mapping[Target, str]) -> tuple[list[Document], list[Document]]:
    try:
        return _renamed(base, names), _renamed(theirs, names)
    except InvalidInput:  # what has another name here has given its place to something new there: told as a conflict
        return base, theirs


def _renamed(documents: list[Document], names: Mapping[Target, str]) -> list[Document]:
    return [one for one in renamed(complete(documents), names) if one.app != SYSTEM_APP] if names else documents


# As steps of a draft


def _steps(before: Sequence[Document], after: Sequence[Document]) -> Patch:
    old, new = {one.key: one for one in before}, {one.key: one for one in after}
    steps: Patch = []
    for key, one in new.items():
        if key not in old:
            steps += adding(document_pointer(key), {"app": one.app, "body": one.body})
            continue
        if one.app != old[key].app:
            steps += replacing(pointer(key, within="app"), old[key].app, one.app)
        if one is not old[key]:
            steps += replacing(pointer(key), old[key].body, one.body)
    for key, one in old.items():
        if key not in new:
            steps += removing(document_pointer(key), {"app": one.app, "body": one.body})
    return steps
