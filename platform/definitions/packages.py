"""Packages: apps as one file that another company can install; packed again from there, it is the same to the byte."""

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from shuke.core.errors import InvalidInput
from shuke.core.i18n import Label
from shuke.core.i18n import gettext as _
from shuke.core.sandbox import ChildFailed, Limits, child
from shuke.definitions.load import MANIFEST, documents_in, export, without_physical
from shuke.definitions.model import Document
from shuke.definitions.problems import file_of

SUFFIX = ".shuke.zip"
MOST_BYTES = 10 << 20
_FORMAT = 1
_READABLE = 0o100644 << 16
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ON_UNIX = 3


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a package uses and does not bring along."""

    kind: str
    name: str
    app: str
    label: Label


@dataclass(frozen=True)
class Package:
    """The documents of some apps, the template's own among them, as a person would write them."""

    documents: tuple[Document, ...]
    needs: tuple[Need, ...] = field(default=())

    @cached_property
    def template(self) -> Document:
        return next(one for one in self.documents if one.kind == "template")

    @property
    def name(self) -> str:
        return self.template.name

    @property
    def version(self) -> str:
        return str(self.template.body.get("version", ""))

    @property
    def label(self) -> Label:
        return self.template.body.get("label") or {"zh": self.name, "en": self.name}

    @property
    def apps(self) -> tuple[Document, ...]:
        return tuple(one for one in self.documents if one.kind == "app")

    @cached_property
    def files(self) -> Mapping[str, str]:
        return export(self.documents)

    @cached_property
    def digest(self) -> str:
        """The same for the same documents, wherever they came from."""
        return _digest(json.dumps({file: _digest(text) for file, text in sorted(self.files.items())}))


def package(documents: Sequence[Document], needs: Sequence[Need] = ()) -> Package:
    """A package of documents that hold exactly one template; `InvalidInput` otherwise."""
    if sum(one.kind == "template" for one in documents) != 1:
        raise InvalidInput({"": [_("The package says nothing about itself: it needs a template.json.")]})
    return Package(tuple(Document(one.kind, one.name, one.app, without_physical(one.body)) for one in documents), tuple(needs))


# Packing


def pack(made: Package) -> bytes:
    """The file of a package."""
    manifest = {
        "format": _FORMAT, "name": made.name, "version": made.version, "label": dict(made.label),
        "apps": [{"name": one.name, "label": dict(one.body["label"])} for one in sorted(made.apps, key=lambda one: one.name)],
        "needs": [{"kind": one.kind, "name": one.name, "app": one.app, "label": dict(one.label)} for one in made.needs],
        "files": {file: _digest(text) for file, text in made.files.items()},
    }
    content = io.BytesIO()
    # Nothing is compressed: what a compressor writes depends on its version, and these bytes may not.
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for file, text in ((MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"), *sorted(made.files.items())):
            entry = zipfile.ZipInfo(file, _EPOCH)
            entry.create_system, entry.external_attr = _ON_UNIX, _READABLE
            archive.writestr(entry, text)
    return content.getvalue()


# Unpacking


def unpack(content: bytes) -> Package:
    """What a file holds that somebody brought along; `InvalidInput` or `DefinitionErrors` for anything that is not a whole package."""
    if len(content) > MOST_BYTES:
        raise InvalidInput({"": [_("The file is too large for a package: at most %(most)s MB.", most=MOST_BYTES >> 20)]})
    files = _files(content)
    manifest = _manifest(files.pop(MANIFEST, ""))
    if manifest.get("files") != {file: _digest(text) for file, text in files.items()}:
        raise InvalidInput({"": [_("The package is damaged or was changed by hand: its files are not those that it lists.")]})
    documents = documents_in({file: text.encode() for file, text in files.items()})
    if any(without_physical(one.body) != one.body for one in documents):
        raise InvalidInput({"": [_("The package carries identities of another database; export it again.")]})
    misplaced = [file for file in files if file not in {file_of(one) for one in documents}]
    if misplaced:
        raise InvalidInput({"": [_("The file %(file)s does not hold what its name says.", file=misplaced[0])]})
    return package(documents, _needs(manifest))


def _files(content: bytes) -> dict[str, str]:
    """The texts in the archive, read by a process that can do no harm."""
    with tempfile.TemporaryFile() as source:
        source.write(content)
        try:
            with child("shuke.definitions.unpacking", {}, source, Limits()) as running:
                answer: dict[str, Any] = json.loads(running.read())
        except ChildFailed as failed:
            raise InvalidInput({"": [_("The file cannot be read as a package.")]}) from failed
    if "problem" in answer:
        raise InvalidInput({"": [_refusal(answer["problem"], answer.get("file", ""))]})
    files: dict[str, str] = answer["files"]
    return files


def _refusal(problem: str, file: str) -> str:
    match problem:
        case "size":
            return _("The package would unpack to too much.")
        case "name":
            return _("The package holds a file that does not belong there: %(file)s.", file=file)
        case "password":
            return _("The package is protected by a password.")
        case "text":
            return _("The file %(file)s is not text.", file=file)
    return _("The file is not a package: it is no ZIP file, or it is damaged.")


def _manifest(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("files"), dict):
        raise InvalidInput({"": [_("The file is not a package: it has no %(file)s.", file=MANIFEST)]})
    if found.get("format") != _FORMAT:
        raise InvalidInput({"": [_("The package was made by a newer version of the product; bring this one up to date first.")]})
    return found


def _needs(manifest: Mapping[str, Any]) -> list[Need]:
    try:
        return [Need(str(one["kind"]), str(one["name"]), str(one["app"]), {"zh": str(one["label"]["zh"]), "en": str(one["label"]["en"])}) for one in manifest.get("needs", ())]
    except (KeyError, TypeError) as error:
        raise InvalidInput({"": [_("The file is not a package: it has no %(file)s.", file=MANIFEST)]}) from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


