"""What publishing asks of the formula in a place: over whose members it is written, what it has to give, what it can name besides."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from shuke.core.errors import PlatformError
from shuke.definitions.current import use_catalogue
from shuke.definitions.model import Catalogue, Document
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import Key, Path, patched
from shuke.definitions.problems import DefinitionErrors, Problem
from shuke.expressions import STANDARD_VARIABLES, Expression, Type
from shuke.expressions.types import Kind
from shuke.publishing.checking import Checking, Place
from shuke.publishing.document_checks import check_documents
from shuke.publishing.edits.values import set_value
from shuke.publishing.entity_checks import check_entities

_ANY = "TRUE"
"""Stands in a place that is still empty, so that publishing asks about it."""


@dataclass(frozen=True, slots=True)
class FormulaPlace:
    """A place for a formula; `owner` is an entity, or `entity.field` for the rows of a sub-table."""

    owner: str
    expect: Type | None = None
    variables: Mapping[str, Type] = field(default_factory=lambda: STANDARD_VARIABLES)
    """Everything that can be named besides members."""


def formula_places(catalogue: Catalogue, document: Document) -> dict[Path, FormulaPlace]:
    """Every formula that stands in a document, with what is asked of it."""
    checking = _Listening(catalogue, document)
    with use_catalogue(catalogue), suppress(PlatformError):  # a draft may name what is not there; what was asked before that is known
        check_entities(checking) if document.kind == "entity" else check_documents(checking)
    return checking.asked


def formula_place(documents: Sequence[Document], document: Key, path: Path) -> FormulaPlace | None:
    """What is asked of a formula at the path, also where none stands yet; None where publishing asks nothing."""
    try:
        later = patched(documents, set_value(documents, document, path, _ANY))
        catalogue = parse_documents(later, 0)
    except (DefinitionErrors, PlatformError):
        return None
    return formula_places(catalogue, next(one for one in later if one.key == document)).get(path)


class _Deaf(list[Problem]):
    """Problems are not what this is about: what comes after them is asked all the same."""

    def append(self, _problem: Problem, /) -> None:
        return


class _Listening(Checking):
    """A check of one document that notes which formulas are asked for."""

    def __init__(self, catalogue: Catalogue, document: Document) -> None:
        super().__init__(catalogue)
        self.problems = _Deaf()
        self.asked: dict[Path, FormulaPlace] = {}
        self._document = document

    def of_kind(self, kind: str) -> Iterable[Place]:
        return (_ListeningPlace(self, self._document),) if kind == self._document.kind else ()


class _ListeningPlace(Place):
    def __init__(self, checking: _Listening, document: Document, path: Path = ()) -> None:
        super().__init__(checking, document, path)
        self._listening = checking

    def at(self, *parts: str | int) -> "_ListeningPlace":
        return _ListeningPlace(self._listening, self.document, (*self._path, *parts))

    def expression(self, entity: str, source: str, expect: Type | str | None = None, variables: Mapping[str, Type] | None = None) -> Expression | None:
        wanted = Type(Kind(expect)) if isinstance(expect, str) else expect
        self._listening.asked.setdefault(self._path, FormulaPlace(entity, wanted, {**STANDARD_VARIABLES, **(variables or {})}))
        return super().expression(entity, source, expect, variables)
