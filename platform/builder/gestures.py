"""A gesture of an administrator: one edit of the draft, answered with what has changed on the page."""

from collections.abc import Callable, Sequence

from flask import Response

from shuke.builder import workshop as shop_of
from shuke.builder.bar import answer
from shuke.builder.people import names_of
from shuke.builder.titles import Title
from shuke.builder.workshop import Workshop, workshop
from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _
from shuke.definitions.patches import Patch
from shuke.definitions.shared_drafts import Overtaken
from shuke.publishing.edits import Edit
from shuke.screens.page import toast, trigger

Draw = Callable[[Workshop], str]
DrawRefused = Callable[[Workshop, Sequence[str]], str]


def gesture(edit: Edit | Patch, title: Title, draw: Draw | None = None, *, refused: DrawRefused | None = None) -> Response:
    """Do the edit and answer with what `draw` makes of the draft, the bar beside it.

    Where somebody else was faster the answer is 409 and shows the fragment as it is now; 422 says in a sentence why the edit
    cannot be done, in the fragment that `refused` draws, or else beside it. Both roll back. Without `draw` the page is asked to draw its document anew.
    """
    try:
        shop = shop_of.edit(edit, title)
    except Overtaken as overtaken:
        name = names_of([overtaken.by]).get(overtaken.by, "")
        toast(
            _("%(name)s has changed this meanwhile; here is how it is now. Repeat your change if it is still wanted.", name=name) if overtaken.by else
            _("What this page showed has been published or thrown away meanwhile; here is how it is now. Repeat your change if it is still wanted."), "warning",
        )
        return _as_it_is(draw, 409)
    except InvalidInput as wrong:
        sentences = [sentence for said in wrong.by_field.values() for sentence in said]
        if refused is None:
            return refuse(sentences, draw)
        shop = workshop()
        return answer(shop, drawn=refused(shop, sentences), status=422)
    return answer(shop, drawn=draw(shop) if draw else "")


def refuse(sentences: Sequence[str], draw: Draw | None = None) -> Response:
    """Say why something cannot be done, and show the fragment as it is."""
    toast(" ".join(sentences), "warning")
    return answer(workshop(), drawn=draw(workshop()) if draw else "", status=422)


def _as_it_is(draw: Draw | None, status: int) -> Response:
    shop = workshop()
    response = answer(shop, drawn=draw(shop) if draw else "", status=status)
    return response if draw else trigger(response, "shuke:redraw")
