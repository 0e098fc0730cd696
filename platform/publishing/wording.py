"""The words of definitions in both languages: where they stand, and what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shuke.definitions.model import Document
from shuke.definitions.patches import Path

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Worded:
    """A place with words; `around` are the words of what it stands in, the innermost last."""

    document: Document
    path: Path
    said: Mapping[str, str]
    around: tuple[Mapping[str, str], ...]

    @property
    def lacks(self) -> tuple[str, ...]:
        """The languages without words, while there are some in another."""
        blank = tuple(language for language in LANGUAGES if not self.said.get(language, "").strip())
        return blank if len(blank) < len(LANGUAGES) else ()


def worded(documents: Iterable[Document]) -> Iterator[Worded]:
    """Every place that has words for people."""
    for document in documents:
        yield from _words(document, document.body, (), ())


def _words(document: Document, body: Any, path: Path, around: tuple[Mapping[str, str], ...]) -> Iterator[Worded]:
    if isinstance(body, Mapping):
        if body and set(body) <= set(LANGUAGES) and all(isinstance(said, str) for said in body.values()):
            yield Worded(document, path, body, around)
            return
        own = body.get("x-label") or body.get("label")
        within = (*around, own) if isinstance(own, Mapping) else around
        for key, inner in body.items():
            yield from _words(document, inner, (*path, key), around if inner is own else within)
    elif isinstance(body, list | tuple):
        for number, inner in enumerate(body):
            yield from _words(document, inner, (*path, number), around)
