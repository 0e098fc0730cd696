"""Forms for people without an account, each at an address of its own: what they send becomes a record with the listed fields, and nothing else."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from flask import Response, make_response, redirect, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from shuke import records
from shuke.core import clock
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import gettext as _
from shuke.core.i18n import locale, pick
from shuke.core.limits import allows
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field, PublicForm, View
from shuke.fields import FIELD_TYPES
from shuke.records.files import Upload
from shuke.screens.screen import screen
from shuke.screens.visitor import read, write
from shuke.web import public_entries, public_files
from shuke.web.blueprint import blueprint
from shuke.web.limits import PUBLIC_FORM_OF_ADDRESS
from shuke.web.public_pages import FRESH, LONGEST, TRAP, Sent, actor_of, again, choosable, headed, inputs, page, prefilled

_CLOSED, _TOO_LARGE, _TOO_OFTEN, _WRONG = 410, 413, 429, 422


@screen(
    blueprint, "/f/<address>", permission="anyone", methods=("GET", "POST"), transaction="none", authentication="token",
    max_bytes=public_files.MOST_TOGETHER + public_files.WITHOUT_FILES,
)
def public_form(address: str) -> Response:
    """Show the form, or take what was sent. Cookies play no part in it, so no other site can send it in somebody's name."""
    if request.method == "POST":
        return _take(address)
    with read():
        view, form, entity = _form(address)
        if "sent" in request.args:
            return page(view, form, thanks=pick(form.thanks) or _("Thank you. We have received it."))
        if closed := _closed(view, form):
            return page(view, form, closed=closed)
        return page(view, form, inputs=list(inputs(view, form, entity, Sent(prefilled(form, entity), {}))), sent=replace(FRESH, key=secrets.token_urlsafe(18)))


def _take(address: str) -> Response:
    with write():
        is_within = allows(PUBLIC_FORM_OF_ADDRESS, request.remote_addr or "")
    with read():
        view, form, entity = _form(address)
        fields = public_files.file_fields(form, entity)
        closed = _closed(view, form)
    if closed:
        return page(view, form, closed=closed, status=_CLOSED)
    if fields and not is_within:  # nothing of so large a request is read any more
        return page(view, form, closed=_too_often(), status=_TOO_OFTEN)
    public_files.limit_body(fields)
    try:
        sent = _sent(view, form, entity, fields)
    except RequestEntityTooLarge:
        large = _("Together the files are too large; at most %(size)s MB are taken.", size=public_files.MOST_TOGETHER >> 20) if fields else _("This is too much at once.")
        return again(view, form, entity, Sent({}, {}, (large,)), _TOO_LARGE)
    if request.form.get(TRAP):
        return _thanked(address, form)
    if not is_within:
        return again(view, form, entity, replace(sent, general=(_too_often(),)), _TOO_OFTEN)
    values, errors = _values(view, form, entity, sent)
    if pick(form.consent) and not sent.agreed:
        errors["_agreed"] = (_("Please agree to this first."),)
    if errors:
        return again(view, form, entity, replace(sent, errors=errors), _WRONG)
    return _kept(view, form, entity, fields, sent, values)


def _kept(view: View, form: PublicForm, entity: Entity, fields: tuple[Field, ...], sent: Sent, values: Mapping[str, Any]) -> Response:
    """The last part of the way: files are looked at, then everything is kept or nothing."""
    with read():
        if sent.key and public_entries.is_known(view.name, sent.key):
            return _thanked(form.address, form)
    try:
        uploads, errors = public_files.examined(view.name, fields)
        if errors:
            return again(view, form, entity, replace(sent, errors=errors), _WRONG)
        with write():
            if not (sent.key and public_entries.is_known(view.name, sent.key)):
                _save(view, form, entity, values, uploads, sent.key or secrets.token_urlsafe(18))
    except public_files.TooMany as many:
        return again(view, form, entity, replace(sent, general=(str(many),)), _TOO_OFTEN)
    except _Closed as closed:
        return page(view, form, closed=str(closed), status=_CLOSED)
    except InvalidInput as wrong:
        return again(view, form, entity, _refused(form, sent, wrong), _WRONG)
    except NotAllowed:
        return again(view, form, entity, replace(sent, general=(_("This cannot be taken just now. Please call us."),)), _WRONG)
    return _thanked(form.address, form)


def _thanked(address: str, form: PublicForm) -> Response:
    return headed(make_response(redirect(url_for("web.public_form", address=address, sent=1, lang=locale()), 303)), form)


def _too_often() -> str:
    return _("Too many tries. Please wait a minute.")


class _Closed(Exception):
    """Nothing can be sent any more."""


def _save(view: View, form: PublicForm, entity: Entity, values: Mapping[str, Any], uploads: Mapping[str, Upload], key: str) -> None:
    """One record by the one way in, with the rights of the form; the limits are counted in the same transaction."""
    if closed := _closed(view, form):
        raise _Closed(closed)
    in_all, today = public_entries.count(view.name)
    if form.most and in_all > form.most or form.per_day and today > form.per_day:
        raise _Closed(_full())
    consent = pick(form.consent)
    actor = actor_of(view, consent)
    saved = records.save(actor, entity, {**values, **public_files.keep(actor, uploads)}, accept_warnings=True)
    public_entries.note(view.name, key, entity.name, saved.id, consent)


def _form(address: str) -> tuple[View, PublicForm, Entity]:
    for view in catalogue().views.values():
        if view.public is not None and view.public.address == address:
            return view, view.public, catalogue().entity(view.entity)
    raise NotFound(_("There is no such form."))


def _closed(view: View, form: PublicForm) -> str:
    """Why nothing can be sent now, or `""`."""
    if not form.is_open:
        return _("This form is closed at the moment.")
    if form.until and clock.today() > date.fromisoformat(form.until):
        return _("This form has closed.")
    if form.most or form.per_day:
        in_all, today = public_entries.counted(view.name)
        if form.most and in_all >= form.most:
            return _full()
        if form.per_day and today >= form.per_day:
            return _("That is all for today. Please come back tomorrow.")
    return ""


def _full() -> str:
    return _("This form is full; nothing more can be sent.")


# What was sent


def _sent(view: View, form: PublicForm, entity: Entity, fields: tuple[Field, ...]) -> Sent:
    """What came, before anybody has looked at it."""
    typed = dict(_typed(form, entity))
    return Sent(typed, {}, key=request.form.get("_key", "")[:64], agreed="_agreed" in request.form, files=frozenset(public_files.sent(fields)))


def _typed(form: PublicForm, entity: Entity) -> Iterator[tuple[str, Any]]:
    """What was typed into the listed fields, to be shown again; whatever else came is not looked at."""
    for name in _words(form, entity):
        many = FIELD_TYPES[entity.field(name).type].json_type.get("type") == "array"
        yield name, [one[:LONGEST] for one in request.form.getlist(name)] if many else request.form.get(name, "")[:LONGEST]


def _words(form: PublicForm, entity: Entity) -> Iterator[str]:
    """The fields that are typed or chosen: a file never is."""
    return (name for name in form.accepted if not FIELD_TYPES[entity.field(name).type].holds_file)


def _values(view: View, form: PublicForm, entity: Entity, sent: Sent) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """The JSON values of the listed fields, and a sentence for each that cannot be read."""
    values: dict[str, Any] = {}
    errors: dict[str, tuple[str, ...]] = {}
    for name in _words(form, entity):
        field = entity.field(name)
        if name not in request.form:
            continue
        try:
            values[name] = request.form[name] or None if name in form.choices else FIELD_TYPES[field.type].parse_form(cast(Any, request.form), name, field)
        except ValueError as wrong:
            errors[name] = (str(wrong),)
            continue
        if field.required and values[name] in (None, "", []):
            errors[name] = (_("This is needed."),)
    for field in public_files.file_fields(form, entity):
        if field.required and field.name not in sent.files:
            errors[field.name] = (_("This is needed."),)
    with read():
        for name in form.choices:
            if values.get(name) and values[name] not in dict(choosable(view, entity.field(name))):
                errors[name] = (_("Choose one of the list."),)
    return {name: value for name, value in values.items() if value not in (None, "", [])}, errors


def _refused(form: PublicForm, sent: Sent, wrong: InvalidInput) -> Sent:
    """Sentences about the fields of the form stand beside them; of others no word is told to strangers."""
    errors = {path: tuple(said) for path, said in wrong.by_field.items() if path in form.fields}
    rest = any(path not in form.fields for path in wrong.by_field)
    return replace(sent, errors=errors, general=(_("This cannot be taken as it is. Please check it, or call us."),) if rest else ())
