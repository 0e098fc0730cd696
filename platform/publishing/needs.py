"""What apps need of each other: to pack them together, or to say what has to be there already."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from shuke.core.i18n import Label, pick
from shuke.definitions.load import without_physical
from shuke.definitions.model import Catalogue, Document
from shuke.definitions.packages import Need, Package, package
from shuke.definitions.parse import SYSTEM_APP
from shuke.publishing.references import Reference, Target, references_in

_WHOLE = frozenset({"entity", "view", "workflow", "rule", "ledger", "document", "message", "dashboard", "role"})
_FIRST_VERSION = "1.0.0"


def package_of(catalogue: Catalogue, apps: Collection[str], template: Document | None = None, *, version: str = "") -> Package:
    """The apps as a package: as the template that brought exactly them, or else under the name of the app."""
    own = [one for one in catalogue.documents if one.app in apps and one.kind != "template"]
    body = dict(without_physical(template.body)) if template else _template(catalogue, own, apps)
    if version:
        body["version"] = version
    return package([Document("template", str(body["name"]), "", body), *own], needs_of(catalogue, apps))


def needs_of(catalogue: Catalogue, apps: Collection[str]) -> tuple[Need, ...]:
    """What documents of the apps name and other apps hold, each once."""
    by_key = {one.key: one for one in catalogue.documents}
    found: dict[tuple[str, str], Need] = {}
    for one in _leaving(catalogue, apps):
        there = by_key[one.target.kind, one.target.name]
        found[there.key] = Need(there.kind, there.name, there.app, _label(there))
    return tuple(sorted(found.values(), key=lambda need: (need.app, need.kind, need.name)))


def needed_apps(catalogue: Catalogue, app: str) -> tuple[str, ...]:
    """The apps that an app needs, those that they need included, in the order of the menu."""
    found, waiting = {app}, [app]
    while waiting:
        for need in needs_of(catalogue, {waiting.pop()}):
            if need.app not in found:
                found.add(need.app)
                waiting.append(need.app)
    return tuple(name for name in catalogue.apps if name in found and name != app)


def missing(needs: Iterable[Need], documents: Iterable[Document]) -> tuple[Need, ...]:
    """What a package needs and neither it nor the company has."""
    there = {one.key for one in documents}
    return tuple(need for need in needs if (need.kind, need.name) not in there)


def _leaving(catalogue: Catalogue, apps: Collection[str]) -> Iterable[Reference]:
    """Names in documents of the apps that stand for documents of others."""
    app_of = {one.key: one.app for one in catalogue.documents}
    for one in references_in(catalogue):
        if one.target.kind in _WHOLE and app_of[one.document] in apps:
            there = app_of.get((one.target.kind, one.target.name), SYSTEM_APP)
            if there not in (*apps, SYSTEM_APP, ""):
                yield one


def _template(catalogue: Catalogue, own: Sequence[Document], apps: Collection[str]) -> dict[str, Any]:
    listed = [one for one in catalogue.apps.values() if one.name in apps]
    name, label = (listed[0].name, listed[0].label) if len(listed) == 1 else ("apps", _joined([one.label for one in listed]))
    kinds = _unit_kinds(catalogue, own)
    return {"name": name, "version": _FIRST_VERSION, "label": dict(label), **({"unit_kinds": kinds} if kinds else {})}


def _unit_kinds(catalogue: Catalogue, own: Sequence[Document]) -> list[dict[str, Any]]:
    """The kinds of units that the documents name."""
    keys = {one.key for one in own}
    used = {one.target.name for one in references_in(catalogue) if one.document in keys and one.target == Target("unit_kind", "", one.target.name)}
    return [{"code": kind.code, "label": dict(kind.label)} for kind in catalogue.unit_kinds if kind.code in used]


def _joined(labels: Sequence[Label]) -> Label:
    return {"zh": "、".join(pick(one, "zh") for one in labels)[:200], "en": ", ".join(pick(one, "en") for one in labels)[:200]}


def _label(document: Document) -> Label:
    return document.body.get("x-label") or document.body.get("label") or {"zh": document.name, "en": document.name}
