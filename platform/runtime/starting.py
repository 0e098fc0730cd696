"""Where a new record is begun beside others: in the dialog, with values that its place gives."""

from collections.abc import Mapping
from urllib.parse import urlencode

from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.views import form_plan, views_of

_QUICK = "quick"


def start_url(entity: Entity, values: Mapping[str, str]) -> str:
    """The quick form, or the whole one where only that has the fields; `""` where none has them."""
    quick = next((view.name for view in views_of(catalogue(), "form", entity.name) if view.variant == _QUICK), "")
    for name in ((quick, "") if quick else ("",)):
        plan = form_plan(catalogue(), entity.name, name)
        if all(plan.field(field) for field in values):
            return f"/r/{entity.name}/new?{urlencode({'form': name or _MAIN, 'dialog': '1', 'box': 'list', **values})}"
    return ""


_MAIN = "-"
"""A name that no form has: the main form, also in a dialog."""
