"""One walk over all documents, which knows where each kind of document names something."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from shuke.definitions.model import Catalogue, Document
from shuke.definitions.parse import SYSTEM_APP, parse_documents
from shuke.publishing.references.entities import walk_entity
from shuke.publishing.references.model import Reference, Target
from shuke.publishing.references.showing import walk_app, walk_dashboard, walk_document, walk_message, walk_template, walk_view
from shuke.publishing.references.spot import Spot, Walk
from shuke.publishing.references.working import walk_ledger, walk_role, walk_rule, walk_workflow


def references(documents: Iterable[Document]) -> Iterator[Reference]:
    """All references of the documents, which are complete (the system's entities among them)."""
    return iter(references_in(parse_documents(documents, 0)))


def references_in(catalogue: Catalogue) -> tuple[Reference, ...]:
    """All references of a catalogue's documents, found once."""
    return catalogue.derived("references", lambda: tuple(_references(catalogue)))


def used(documents: Iterable[Document], target: Target) -> list[Reference]:
    """Where a thing is named, its definition left out; of an entity or a view, what lies in it is not meant."""
    return [one for one in references(documents) if one.target == target and not one.is_definition]


def _references(catalogue: Catalogue) -> Iterator[Reference]:
    for document in catalogue.documents:
        walk = Walk(catalogue)
        spot = Spot(walk, document, document.body)
        _note_place(spot)
        _WALKS[document.kind](spot)
        yield from walk.found


def _note_place(spot: Spot) -> None:
    """The document's own name, and the app that it lies in."""
    document = spot.document
    if document.kind == "view":
        spot.view_name(document.name, "definition", "name")
    else:
        spot.note(Target(document.kind, "", document.name), "definition", 0, len(document.name), "name")
    if document.kind not in ("template", "app") and document.app != SYSTEM_APP:
        spot.note(Target("app", "", document.app), "belongs", 0, len(document.app), "app")
    elif document.kind == "app":
        spot.note(Target("app", "", document.app), "definition", 0, len(document.app), "app")


_WALKS: Mapping[str, Callable[[Spot], None]] = MappingProxyType({
    "template": walk_template, "app": walk_app, "entity": walk_entity, "view": walk_view, "workflow": walk_workflow, "rule": walk_rule,
    "ledger": walk_ledger, "role": walk_role, "document": walk_document, "message": walk_message, "dashboard": walk_dashboard,
})
