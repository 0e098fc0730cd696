"""What the control of an input sends, as the value that stands in the document."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from shuke.builder.inputs import Refused
from shuke.builder.panels.defaults import source_of
from shuke.builder.panels.model import Input
from shuke.core.i18n import gettext as _

Form = MultiDict[str, str]
_LANGUAGES = ("zh", "en")


def typed(one: Input, form: Form) -> Any:
    """The value, None to take the keyword out; what is as it was shown stays as it was written."""
    return _READERS.get(one.widget, _text)(one, form)


def shown(one: Input, form: Form) -> Any:
    """What was typed, as the control shows it again."""
    match one.widget:
        case "label" | "words":
            return {language: _said(form, language) for language in _LANGUAGES}
        case "chips" | "checks":
            return [value for value in form.getlist("value") if value]
        case "boolean":
            return "value" in form
        case "mask":
            return one.value
    return _said(form, "value")


def _said(form: Form, name: str) -> str:
    return form.get(name, "").replace("\r\n", "\n")


def _text(one: Input, form: Form) -> Any:
    said = _said(form, "value")
    return said if said == one.value else said.strip() or None


def _choice(one: Input, form: Form) -> Any:
    return one.meant(_said(form, "value").strip()) or None


def _label(one: Input, form: Form) -> Any:
    old: Mapping[str, str] = one.value or {}
    said = {language: text if (text := _said(form, language)) == old.get(language) else text.strip() for language in _LANGUAGES}
    return said if any(said.values()) or one.required and one.value is not None else None


def _whole(one: Input, form: Form) -> Any:
    text = _said(form, "value").strip()
    try:
        return int(text) if text else None
    except ValueError:
        raise Refused(_("Enter a whole number.")) from None


def _number(one: Input, form: Form) -> Any:
    text = _said(form, "value").strip()
    try:
        found = float(text) if text else None
    except ValueError:
        raise Refused(_("Enter a number.")) from None
    return int(found) if found is not None and found.is_integer() else found


def _size(one: Input, form: Form) -> Any:
    """So many megabytes, in bytes."""
    if _said(form, "value").strip() == one.megabytes:
        return one.value
    found = _number(one, form)
    most = dict(one.limits)["max"]
    if found is not None and not 0 < found <= most >> 20:
        raise Refused(_("Enter a size of at most %(size)s MB.", size=most >> 20))
    return None if found is None else max(1, round(found * (1 << 20)))


def _boolean(one: Input, form: Form) -> Any:
    return "value" in form


def _checks(one: Input, form: Form) -> Any:
    """Those that were there keep their order."""
    chosen, old = form.getlist("value"), list(one.value or ())
    found = [value for value in old if value in chosen] + [value for value, _words in one.choices if value in chosen and value not in old]
    return found if found or one.value is not None and (one.required or one.value == []) else None


def _chips(one: Input, form: Form) -> Any:
    found = [one.meant(value.strip()) for value in form.getlist("value") if value.strip()]
    return found if found or one.value is not None and (one.required or one.value == []) else None


def _bound(one: Input, form: Form) -> Any:
    text = _said(form, "value").strip()
    try:
        return int(text)
    except ValueError:
        return text or None


def _mask(one: Input, form: Form) -> Any:
    match form.get("mode", ""):
        case "all":
            return True
        case "ends":
            return {key: _whole(one, MultiDict({"value": form.get(key, "")})) for key in ("keep_start", "keep_end") if form.get(key, "").strip()}
        case "none":
            return False
    return None


def _json(one: Input, form: Form) -> Any:
    text = _said(form, "value")
    try:
        return json.loads(text) if text.strip() else None
    except (ValueError, RecursionError):
        raise Refused(_("This is not JSON.")) from None


def _default(one: Input, form: Form) -> Any:
    mode = form.get("mode", "")
    if one.default is None or mode == "formula":
        return _text(one, form)
    value = _said(form, "constant").strip()
    if mode == "value" and one.default.kind == "number" and value and not _NUMBER.fullmatch(value):
        raise Refused(_("Enter a number."))
    return source_of(one.default, mode, value) or None


_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,20})?%?")
_READERS: Mapping[str, Callable[[Input, Form], Any]] = {
    "label": _label, "words": _label, "integer": _whole, "number": _number, "size": _size, "boolean": _boolean, "checks": _checks, "chips": _chips, "choice": _choice, "bound": _bound,
    "mask": _mask, "json": _json, "default": _default,
}
