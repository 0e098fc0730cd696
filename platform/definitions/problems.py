"""What is wrong with definitions: each problem says in which file, where in it, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from shuke.core.errors import PlatformError
from shuke.definitions.model import Document

_FOLDERS = {
    "entity": "entities", "view": "views", "workflow": "workflows", "rule": "rules", "ledger": "ledgers", "document": "documents",
    "message": "messages", "dashboard": "dashboards", "role": "roles",
}
FOLDER_KINDS = {folder: kind for kind, folder in _FOLDERS.items()}
KINDS = ("template", "app", *_FOLDERS)


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` leads to the place inside the file: `properties/price/x-scale`."""

    file: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.message}" if self.path else f"{self.file}: {self.message}"


class DefinitionErrors(PlatformError):
    """Definitions that cannot be used, with everything that is wrong with them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def file_of(document: Document) -> str:
    """The file that holds the document in a template's folder."""
    if document.kind == "template":
        return "template.json"
    if document.kind == "app":
        return f"{document.name}/app.json"
    return f"{document.app}/{_FOLDERS.get(document.kind, document.kind)}/{document.name}.json"
