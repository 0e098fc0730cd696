"""The workshop: the shared draft as the builder's pages show it, and the only way in which they edit it."""

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request

from shuke.builder.titles import Title, stored
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import locale
from shuke.definitions import drafts, shared_drafts, store
from shuke.definitions.current import catalogue as published
from shuke.definitions.drafts import Draft, Operation
from shuke.definitions.model import Catalogue, Document
from shuke.definitions.parse import parse_documents
from shuke.definitions.patches import Patch
from shuke.definitions.problems import DefinitionErrors, Problem
from shuke.definitions.shared_drafts import Standing
from shuke.publishing.checks import check, complete
from shuke.publishing.edits import Edit
from shuke.screens.screen import SAFE_METHODS
from shuke.screens.visitor import actor, host

_KEPT = 4
_STANDING = re.compile(r"([0-9]{1,9})\.([0-9]{1,19})\.([0-9]{1,9})")
_lock = threading.Lock()
_read: "OrderedDict[tuple[str, int, int], _Read]" = OrderedDict()


@dataclass(eq=False)
class _Read:
    """One revision of a draft with what was made from it; revisions never change, so it may be kept."""

    draft: Draft
    documents: tuple[Document, ...]
    catalogue: Catalogue
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    """By language."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """The definitions as the builder shows them: the open draft's, or those in force as long as nothing is edited."""

    catalogue: Catalogue
    documents: tuple[Document, ...]
    draft: Draft | None = None
    _read: _Read | None = None

    @property
    def standing(self) -> Standing:
        """What is shown, for the next request to say."""
        return Standing(self.draft.id, self.draft.revision, self.draft.base) if self.draft else Standing(0, 0, self.catalogue.version)

    @property
    def is_behind(self) -> bool:
        """Another version was published since the draft was begun."""
        return self.draft is not None and self.draft.base != published().version

    def document(self, kind: str, name: str) -> Document:
        found = next((one for one in self.documents if one.key == (kind, name)), None)
        if found is None:
            raise NotFound(_("There is no such document."))
        return found

    def body(self, kind: str, name: str) -> Mapping[str, Any]:
        return self.document(kind, name).body

    def has(self, kind: str, name: str) -> bool:
        return any(one.key == (kind, name) for one in self.documents)

    def of_kind(self, kind: str) -> tuple[Document, ...]:
        return tuple(one for one in self.documents if one.kind == kind)

    def problems(self) -> tuple[Problem, ...]:
        """What stands against publishing; checked when it is first asked for, which takes a third of a second."""
        if self._read is None:
            return ()
        found = self._read.problems.get(locale())
        if found is None:
            found = self._read.problems[locale()] = _problems(self.documents)
        return found

    def operations(self) -> tuple[Operation, ...]:
        return tuple(drafts.operations(self.draft)) if self.draft else ()


def workshop() -> Workshop:
    """What is to be shown now; within a unit of work."""
    found = shared_drafts.standing()
    if found is None:
        return Workshop(published(), published().documents)
    with _lock:
        kept = _read.get(_key(found.id, found.revision))
    return _shown(kept or _keep(_made(drafts.get(found.id))))


def edit(edits: Edit | Patch, title: Title) -> Workshop:
    """Do a gesture on the newest revision, in a writing unit of work.

    `Overtaken` when somebody else has changed the same place since the page was made that asks for it, or what it showed is
    no draft any more; `InvalidInput` when the change does not fit, or would leave something that cannot be shown.
    """
    who = actor().id
    draft = shared_drafts.open_draft(who)
    if draft.base != store.published_version():
        draft = shared_drafts.rebase(draft, who)
    amended = shared_drafts.amend(draft, _seen_in(draft), edits, who, stored(title))
    return _shown(_made(amended))


def undo() -> Workshop:
    """Take the last edit back, if it is still the one that the page showed as the last."""
    draft = _current()
    return _shown(_made(shared_drafts.undo(draft, _seen_in(draft), actor().id)))


def redo() -> Workshop:
    draft = _current()
    return _shown(_made(shared_drafts.redo(draft, _seen_in(draft), actor().id)))


def bring_up_to_date() -> Workshop:
    """Carry the draft over to the version in force."""
    draft = _current()
    return _shown(_made(shared_drafts.rebase(draft, actor().id)))


def seen() -> Standing | None:
    """What the page of this request was made from; nothing where it does not say so."""
    said = request.headers.get("X-Draft-Revision") or request.form.get("_revision") or request.args.get("_revision") or ""
    found = _STANDING.fullmatch(said)
    return Standing(base=int(found[1]), id=int(found[2]), revision=int(found[3])) if found else None


def _seen_in(draft: Draft) -> int:
    found = seen()
    return draft.revision if found is None else shared_drafts.seen_in(draft, found)


def _current() -> Draft:
    found = shared_drafts.standing()
    if found is None:
        raise InvalidInput({"": [_("There is nothing to undo.")]})
    return drafts.get(found.id)


def _made(draft: Draft) -> _Read:
    """A revision with its catalogue: an edit must leave something that pages can show."""
    documents = tuple(complete(draft.documents))
    try:
        return _Read(draft, documents, parse_documents(documents, draft.base))
    except DefinitionErrors as wrong:
        raise InvalidInput({"": [problem.message for problem in wrong.problems]}) from wrong


def _keep(made: _Read) -> _Read:
    # A request that writes may be rolled back: its revision would then be somebody else's.
    if request.method in SAFE_METHODS:
        with _lock:
            _read[_key(made.draft.id, made.draft.revision)] = made
            while len(_read) > _KEPT:
                _read.popitem(last=False)
    return made


def _key(draft: int, revision: int) -> tuple[str, int, int]:
    """A copy of a company's database has the same drafts, and goes on otherwise."""
    return host().database.url.render_as_string(hide_password=True), draft, revision


def _shown(read: _Read) -> Workshop:
    return Workshop(read.catalogue, read.documents, read.draft, read)


def _problems(documents: Sequence[Document]) -> tuple[Problem, ...]:
    try:
        check(documents, 0)
    except DefinitionErrors as wrong:
        return wrong.problems
    return ()
