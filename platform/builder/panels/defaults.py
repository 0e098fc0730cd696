"""What stands in a new record at first, as people choose it: a value, me, today, now, or a formula."""

from collections.abc import Mapping

from shuke.builder.formulas.members import field_of, options_of
from shuke.builder.panels.model import Default
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.model import Catalogue
from shuke.expressions import Kind
from shuke.expressions.stated import Operand, OperandKind, constant, constant_source
from shuke.fields import FIELD_TYPES

_WORDS: Mapping[str, str] = {"me": "me", "unit": "my_unit", "today": "TODAY()", "now": "NOW()"}
"""Choices that are one formula each."""
_ENTERED: Mapping[Kind, OperandKind] = {Kind.NUMBER: "number", Kind.BOOL: "truth"}


def default(catalogue: Catalogue, owner: str, name: str, source: str, mode: str = "") -> Default:
    """The choice that the formula is; `mode` is one that was chosen but says nothing yet."""
    kind, entity = _kind(catalogue, owner, name)
    found = constant(source) if source else None
    is_value = found is not None and kind in _VALUES and found.kind == _ENTERED.get(kind, "text")
    said = mode or ("none" if not source else next((word for word, text in _WORDS.items() if text == source.strip()), "value" if is_value else "formula"))
    modes = tuple((one, words) for one, words in _modes().items() if one in {"none", "formula", said} or one in _offered(kind, entity))
    choices = tuple((one.code, pick(one.label) or one.code) for one in options_of(catalogue, owner, name) if not one.retired)
    control = "choice" if choices else "truth" if kind is Kind.BOOL else "day" if kind is Kind.DATE else "number" if kind is Kind.NUMBER else "text"
    value = found.text if found is not None and said == "value" and is_value else ""
    if choices and value and all(code != value for code, _label in choices):
        choices = (*choices, (value, value))
    return Default(said, modes, value, control, choices, _ENTERED.get(kind, "text"))


def source_of(chosen: Default, mode: str, value: str) -> str:
    """The formula of a choice; `""` while its value is missing."""
    if mode in _WORDS:
        return _WORDS[mode]
    kind: OperandKind = "number" if chosen.kind == "number" else "truth" if chosen.kind == "truth" else "text"
    return constant_source(Operand(kind, value)) if mode == "value" and value else ""


def _kind(catalogue: Catalogue, owner: str, name: str) -> tuple[Kind, str]:
    field = field_of(catalogue, owner, name)
    type_ = FIELD_TYPES[field.type].expression_type(field) if field else None
    return (type_.kind, type_.entity) if type_ else (Kind.BLANK, "")


_VALUES = frozenset({Kind.TEXT, Kind.NUMBER, Kind.BOOL, Kind.DATE})


def _offered(kind: Kind, entity: str) -> frozenset[str]:
    if kind in _VALUES:
        return frozenset({"value", "today"}) if kind is Kind.DATE else frozenset({"value"})
    if kind is Kind.DATETIME:
        return frozenset({"now"})
    return frozenset({{"user": "me", "unit": "unit"}.get(entity, "formula")})


def _modes() -> dict[str, str]:
    return {
        "none": _("Nothing"), "value": _("A certain value"), "me": _("Whoever makes the record"), "unit": _("The unit of whoever makes it"),
        "today": _("The day on which it is made"), "now": _("The moment at which it is made"), "formula": _("A formula"),
    }
