"""Reads a template's folder into documents and rows, and writes documents back to a folder."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from shuke.core.i18n import gettext as _
from shuke.definitions.model import Document
from shuke.definitions.parse import SYSTEM_APP
from shuke.definitions.problems import FOLDER_KINDS, DefinitionErrors, Problem, file_of

_ROW_FOLDERS = ("data", "demo")
_IMPORTS = "imports"
"""Beside the apps: mappings for files that people bring along; nothing of them is published."""
MANIFEST = "package.json"
"""What a package says about itself; nothing of it is published."""
_PHYSICAL = frozenset({"x-id", "x-column", "x-table", "x-base"})


@dataclass(frozen=True, slots=True)
class RowsFile:
    """Rows that come with a template. `"@key"` in a value refers to the row whose `"@"` is that key; `"=…"` is an expression."""

    file: str
    entity: str
    username: str
    """Who enters the rows; `""` is the system."""
    rows: tuple[Mapping[str, Any], ...]


@cache
def system_documents() -> tuple[Document, ...]:
    """The entities that every catalogue has."""
    folder = files("shuke.definitions") / "system"
    return tuple(Document("entity", name, SYSTEM_APP, json.loads((folder / f"{name}.json").read_text("utf-8"))) for name in ("unit", "user"))


def load_template(folder: Path) -> list[Document]:
    """The documents of a template, system entities left out; `DefinitionErrors` for what is not JSON or lies in no known place."""
    if not (folder / "template.json").is_file():
        raise DefinitionErrors([Problem("template.json", "", _("The folder “%(folder)s” is not a template: it needs a template.json.", folder=str(folder)))])
    return documents_in({path.relative_to(folder).as_posix(): path.read_bytes() for path in _definition_files(folder)})


def documents_in(files: Mapping[str, bytes]) -> list[Document]:
    """The documents of a template by the places of their files."""
    problems: list[Problem] = []
    documents = []
    for file, content in files.items():
        place = PurePosixPath(file)
        if (kind := _kind(place)) is None:
            problems.append(Problem(file, "", _("The file lies in no folder that is known; known are app.json and %(known)s inside an app's folder.", known=", ".join(sorted((*FOLDER_KINDS, *_ROW_FOLDERS))))))
        elif (body := _read(content, file, problems)) is not None:
            documents.append(Document(kind, _name(kind, place, body), "" if kind == "template" else place.parts[0], body))
    if problems:
        raise DefinitionErrors(problems)
    return documents


def load_rows(folder: Path, kind: str) -> list[RowsFile]:
    """The rows in the template's `data` or `demo` folders, in the order of the file names over all apps."""
    problems: list[Problem] = []
    loaded = []
    for path in sorted(folder.glob(f"*/{kind}/*.json"), key=lambda path: (path.name, path.parts)):
        place = path.relative_to(folder)
        if (body := _read(path.read_bytes(), str(place), problems)) is not None:
            loaded.append(RowsFile(str(place), body.get("entity", ""), body.get("as", ""), tuple(body.get("rows", ()))))
    if problems:
        raise DefinitionErrors(problems)
    return loaded


def without_physical(body: Any) -> Any:
    """The body as a person would write it: without the ids, columns and tables that publishing assigned."""
    if isinstance(body, Mapping):
        return {key: without_physical(value) for key, value in body.items() if key not in _PHYSICAL}
    return [without_physical(value) for value in body] if isinstance(body, list | tuple) else body


def with_identity(body: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Ids, columns and tables of `before` where `body` has the same place and says nothing itself."""
    merged = {key: with_identity(value, before[key]) if isinstance(value, Mapping) and isinstance(before.get(key), Mapping) else value for key, value in body.items()}
    return {**{key: before[key] for key in ("x-id", "x-column", "x-table") if key in before and key not in body}, **merged}


def export(documents: Iterable[Document]) -> dict[str, str]:
    """File → text of a template with these documents; the same documents always give the same bytes."""
    return {
        file_of(document): json.dumps(without_physical(document.body), ensure_ascii=False, indent=2) + "\n"
        for document in sorted(documents, key=file_of) if document.app != SYSTEM_APP
    }


def _definition_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.json")):
        parts = path.relative_to(folder).parts
        beside = parts[0] in (_IMPORTS, MANIFEST) or len(parts) == 3 and parts[1] in _ROW_FOLDERS
        if not beside and not any(part.startswith(".") for part in parts):
            yield path


def _kind(place: PurePath) -> str | None:
    match place.parts:
        case ("template.json",):
            return "template"
        case (_, "app.json"):
            return "app"
        case (_, folder, _) if folder in FOLDER_KINDS:
            return FOLDER_KINDS[folder]
    return None


def _name(kind: str, place: PurePath, body: Mapping[str, Any]) -> str:
    match kind:
        case "template":
            return str(body.get("name", ""))
        case "app":
            return place.parts[0]
    return place.stem


def _read(content: bytes, file: str, problems: list[Problem]) -> dict[str, Any] | None:
    try:
        body = json.loads(content.decode("utf-8"), object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as error:
        problems.append(Problem(file, "", _("The file is not JSON: %(detail)s.", detail=str(error).rstrip("."))))
        return None
    if not isinstance(body, dict):
        problems.append(Problem(file, "", _("The file has to hold one JSON object.")))
        return None
    return body


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        names = [name for name, _value in pairs]
        raise ValueError(f"“{next(name for name in names if names.count(name) > 1)}” stands there twice")
    return body
