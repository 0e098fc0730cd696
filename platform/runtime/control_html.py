"""Controls as HTML: those without a value of their own are the same for many people, and are drawn once for them."""

from collections.abc import Hashable
from typing import Any

from flask import current_app
from markupsafe import Markup

from shuke.core.i18n import locale
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.runtime.blueprint import blueprint
from shuke.runtime.drawn import Control
from shuke.screens.visitor import visitor
from shuke.views import FormField

_TEMPLATE = "runtime/_control.html"
_MOST_KEPT = 2000


@blueprint.app_template_global()
def control_html(control: Control, entity: Entity, *, is_named: bool = False) -> Markup:
    """One field of a form; `is_named` where what stands around it says what it is called."""
    if not _is_plain(control):
        return _drawn(control, entity, is_named=is_named)
    known: dict[Hashable, tuple[FormField, Markup]] = catalogue().derived("drawn controls", dict)
    key = _key(control)
    found = known.get(key)
    if found is None or found[0] is not control.item:
        if len(known) >= _MOST_KEPT:
            known.clear()
        found = known[key] = (control.item, _drawn(control, entity))
    return found[1]


def _drawn(control: Control, entity: Entity, *, is_named: bool = False) -> Markup:
    text = current_app.jinja_env.get_template(_TEMPLATE).render(control=control, entity=entity, is_named=is_named)
    return Markup(text)  # noqa: S704 - our own template, escaped


def _is_plain(control: Control) -> bool:
    """Nothing stands in it but perhaps one of its options, and nothing is said about it."""
    has_own = control.shown and not control.choices or control.linked or control.facts or control.parked
    return not (has_own or control.errors or control.notices or control.item.columns)


def _key(control: Control) -> Hashable:
    """All that the template reads; its words and its way of writing depend on the language and the settings."""
    return (
        id(control.item), locale(), visitor().epoch, control.name, control.id, control.label, control.help, control.placeholder, control.mode, control.shown, control.required, control.choices,
        control.pick_url, control.url, control.placing, _frozen(control.value),
    )


def _frozen(value: Any) -> Hashable:
    if isinstance(value, dict):  # the choices of an address follow from its parts
        return tuple((name, _frozen(part)) for name, part in value.items() if name != "choices")
    return tuple(_frozen(part) for part in value) if isinstance(value, list | tuple) else value
