"""JSON Patch over documents, with what it cannot say itself: that members have an order, that a key was renamed, that nothing is there.

The tree is `{kind: {name: {"app": …, "body": …}}}`. Besides the operations of RFC 6902 there are `rename` (the member at `path`
is called `to` now and stays where it is), `place` (the member at `path` stands before the member `before`, or last) and `absent`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import jsonpatch

from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.problems import KINDS

Step = dict[str, Any]
Patch = list[Step]
Path = tuple[str | int, ...]
Key = tuple[str, str]
_OF_DOCUMENT = 2
"""How many parts lead to a document: its kind and its name."""


class _Rename(jsonpatch.PatchOperation):
    """The member at `path` is called `to` and stays where it is."""

    def apply(self, obj: Any) -> Any:
        found, old = self.pointer.to_last(obj)
        new = self.operation["to"]
        if not isinstance(found, dict) or old not in found:
            raise jsonpatch.JsonPatchConflict(f"there is no member {old!r}")
        if new != old and new in found:
            raise jsonpatch.JsonPatchConflict(f"there is a member {new!r} already")
        _fill(found, [(new if key == old else key, value) for key, value in found.items()])
        return obj


class _Place(jsonpatch.PatchOperation):
    """The member at `path` stands before the member `before`, or last."""

    def apply(self, obj: Any) -> Any:
        found, name = self.pointer.to_last(obj)
        if not isinstance(found, dict) or name not in found:
            raise jsonpatch.JsonPatchConflict(f"there is no member {name!r}")
        others = [(key, value) for key, value in found.items() if key != name]
        keys = [key for key, _value in others]
        at = keys.index(self.operation["before"]) if self.operation.get("before") in keys else len(keys)
        _fill(found, [*others[:at], (str(name), found[name]), *others[at:]])
        return obj


class _Absent(jsonpatch.PatchOperation):
    """There is nothing at `path`."""

    def apply(self, obj: Any) -> Any:
        found, name = self.pointer.to_last(obj)
        if isinstance(found, dict) and name in found:
            raise jsonpatch.JsonPatchConflict(f"there is a member {name!r} already")
        return obj


class _DocumentPatch(jsonpatch.JsonPatch):
    operations: ClassVar = MappingProxyType({**jsonpatch.JsonPatch.operations, "rename": _Rename, "place": _Place, "absent": _Absent})


# Doing


def patched(documents: Sequence[Document], patch: Sequence[Mapping[str, Any]]) -> list[Document]:
    """The documents with the steps done; `InvalidInput` when they do not fit."""
    return patched_by_all(documents, [patch])


def patched_by_all(documents: Sequence[Document], patches: Iterable[Sequence[Mapping[str, Any]]]) -> list[Document]:
    """The documents with one patch after the other done; those that no step is about are the same ones, with all that was derived from them."""
    order = {document.key: number for number, document in enumerate(documents)}
    listed = [_copied(list(patch)) for patch in patches]
    concerned = _concerned(listed)
    tree = _tree(documents, concerned)
    for patch in listed:
        tree = _done(tree, patch)
        _follow(order, patch)
    return _documents(tree, order)


def pointer(document: Key, path: Path = (), *, within: str = "body") -> str:
    """Where something stands: `/entity/book/body/properties/title`."""
    return "".join(f"/{escaped(str(part))}" for part in (*document, *((within,) if within else ()), *path))


def document_pointer(document: Key) -> str:
    return pointer(document, within="")


def escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def parts_of(address: str) -> tuple[str, ...]:
    """A pointer taken apart."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in address.split("/")[1:])


# Making


def replacing(address: str, old: Any, new: Any) -> Patch:
    """The value at a place, if it is still the one that was read."""
    return [{"op": "test", "path": address, "value": old}, {"op": "replace", "path": address, "value": new}]


def adding(address: str, value: Any) -> Patch:
    """A member that is not there yet."""
    return [{"op": "absent", "path": address}, {"op": "add", "path": address, "value": value}]


def removing(address: str, old: Any) -> Patch:
    """What was read, taken out."""
    return [{"op": "test", "path": address, "value": old}, {"op": "remove", "path": address}]


def renaming(address: str, new: str) -> Patch:
    return [{"op": "rename", "path": address, "to": new}]


def placing(address: str, before: str | None) -> Patch:
    return [{"op": "place", "path": address, "before": before}]


def touched(patch: Sequence[Mapping[str, Any]]) -> list[str]:
    """The places that the steps change. Entries of a list shift each other, so a change of one touches the list."""
    found: dict[str, None] = {}
    for step in patch:
        path, operation = str(step.get("path", "")), step.get("op")
        if operation in ("test", "absent", "place"):
            continue
        last = path.rpartition("/")[2]
        in_list = operation in ("add", "remove", "move") and (last.isdigit() or last == "-")
        found[path.rpartition("/")[0] if in_list else path] = None
        if operation == "rename":
            found[f"{path.rpartition('/')[0]}/{escaped(str(step.get('to', '')))}"] = None
        if operation in ("move", "copy"):
            found[str(step.get("from", "")).rpartition("/")[0]] = None
    return list(found)


def meet(one: str, other: str) -> bool:
    """Whether one of two places is the other, or lies in it."""
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _done(tree: dict[str, Any], patch: Patch) -> dict[str, Any]:
    try:
        done: dict[str, Any] = _DocumentPatch(patch).apply(tree, in_place=True)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as error:
        raise InvalidInput({"": [_("The change does not fit the draft: %(detail)s.", detail=str(error).rstrip("."))]}) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidInput({"": [_("The change does not fit the draft: %(detail)s.", detail=repr(error))]}) from error
    return done


def _concerned(patches: Iterable[Patch]) -> Callable[[Key], bool]:
    """Whether a step reads or writes anything of a document."""
    named = {parts_of(str(step[key]))[:_OF_DOCUMENT] for patch in patches for step in patch for key in ("path", "from") if key in step}
    return lambda key: key in named or key[:1] in named or () in named


def _tree(documents: Iterable[Document], is_concerned: Callable[[Key], bool]) -> dict[str, dict[str, Any]]:
    """A document that no step is about stands there as it is."""
    tree: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    for document in documents:
        copied = {"app": document.app, "body": _copied(document.body)} if is_concerned(document.key) else document
        tree.setdefault(document.kind, {})[document.name] = copied
    return tree


def _copied(value: Any) -> Any:
    """A copy that the steps may write to; quicker than `deepcopy`, because JSON has no circles."""
    if isinstance(value, Mapping):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list | tuple) else value


def _follow(order: dict[Key, int], patch: Sequence[Mapping[str, Any]]) -> None:
    """A document that is renamed stays where it was among the others."""
    for step in patch:
        parts = parts_of(str(step.get("path", "")))
        if step.get("op") == "rename" and len(parts) == _OF_DOCUMENT and (parts[0], parts[1]) in order:
            order[parts[0], str(step["to"])] = order[parts[0], parts[1]]


def _documents(tree: Mapping[str, Any], order: Mapping[Key, int]) -> list[Document]:
    """The documents of a patched tree, in the order that they had, new ones at the end."""
    try:
        found = [
            one if isinstance(one, Document) else Document(str(kind), str(name), str(one["app"]), dict(one["body"]))
            for kind, named in tree.items() for name, one in named.items()
        ]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput({"": [_("A document in a draft needs an app and a body.")]}) from error
    return sorted(found, key=lambda document: order.get(document.key, len(order)))


def _fill(found: dict[str, Any], items: Sequence[tuple[str, Any]]) -> None:
    """Other members in the same object, which others hold."""
    found.clear()
    found.update(items)
