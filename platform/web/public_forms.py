"""Forms for people without an account, each at an address of its own: what they send becomes a record with the listed fields, and nothing else."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from flask import Response, make_response, redirect, render_template, request, url_for

from shuke import records
from shuke.access import Actor
from shuke.access.policy import PUBLIC_FORM
from shuke.core import clock
from shuke.core.errors import InvalidInput, NotAllowed, NotFound
from shuke.core.i18n import LOCALES, Label, locale, pick
from shuke.core.i18n import gettext as _
from shuke.core.limits import allows
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field, Node, PublicForm, View
from shuke.fields import FIELD_TYPES
from shuke.records import Query
from shuke.screens.screen import KIBIBYTE, screen
from shuke.screens.visitor import read, write
from shuke.web import public_entries
from shuke.web.blueprint import blueprint
from shuke.web.headers import CONTENT_SECURITY_POLICY
from shuke.web.limits import PUBLIC_FORM_OF_ADDRESS

TRAP = "homepage"
"""An input that people do not see; who fills it in is a program."""
_MOST_CHOICES = 200
_LONGEST = 4000
_REASON = 200
_CLOSED, _TOO_OFTEN, _WRONG = 410, 429, 422


@dataclass(frozen=True, slots=True)
class Input:
    """One field of the form, as its type draws it."""

    field: Field
    template: str
    label: str
    help: str
    value: Any
    id: str
    name: str
    required: bool
    errors: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""
    read_only: bool = False
    is_select: bool = False


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was typed, field by field, and what is wrong with it; `general` is about no field in particular."""

    typed: Mapping[str, Any]
    errors: Mapping[str, tuple[str, ...]]
    general: tuple[str, ...] = ()
    key: str = ""
    agreed: bool = False


_FRESH = _Sent({}, {})


@screen(
    blueprint, "/f/<address>", permission="anyone", methods=("GET", "POST"), transaction="none", authentication="token", max_bytes=64 * KIBIBYTE,
)
def public_form(address: str) -> Response:
    """Show the form, or take what was sent. Cookies play no part in it, so no other site can send it in somebody's name."""
    if request.method == "POST":
        return _take(address)
    with read():
        view, form, entity = _form(address)
        if "sent" in request.args:
            return _page(view, form, thanks=pick(form.thanks) or _("Thank you. We have received it."))
        if closed := _closed(view, form):
            return _page(view, form, closed=closed)
        return _page(view, form, inputs=list(_inputs(view, form, entity, _Sent(_prefilled(form, entity), {}))), sent=replace(_FRESH, key=secrets.token_urlsafe(18)))


def _take(address: str) -> Response:
    with write():
        is_within = allows(PUBLIC_FORM_OF_ADDRESS, request.remote_addr or "")
    with read():
        view, form, entity = _form(address)
        sent = _Sent(dict(_typed(view, form, entity)), {}, key=request.form.get("_key", "")[:64], agreed="_agreed" in request.form)
    thanks = redirect(url_for("web.public_form", address=address, sent=1, lang=locale()), 303)
    if request.form.get(TRAP):
        return _headed(make_response(thanks), form)
    if not is_within:
        return _again(view, form, entity, replace(sent, general=(_("Too many tries. Please wait a minute."),)), _TOO_OFTEN)
    values, errors = _values(view, form, entity)
    if pick(form.consent) and not sent.agreed:
        errors["_agreed"] = (_("Please agree to this first."),)
    if errors:
        return _again(view, form, entity, replace(sent, errors=errors), _WRONG)
    try:
        with write():
            if not (sent.key and public_entries.is_known(view.name, sent.key)):
                _save(view, form, entity, values, sent.key or secrets.token_urlsafe(18))
    except _Closed as closed:
        return _page(view, form, closed=str(closed), status=_CLOSED)
    except InvalidInput as wrong:
        return _again(view, form, entity, _refused(form, sent, wrong), _WRONG)
    except NotAllowed:
        return _again(view, form, entity, replace(sent, general=(_("This cannot be taken just now. Please call us."),)), _WRONG)
    return _headed(make_response(thanks), form)


class _Closed(Exception):
    """Nothing can be sent any more."""


def _save(view: View, form: PublicForm, entity: Entity, values: Mapping[str, Any], key: str) -> None:
    """One record by the one way in, with the rights of the form; the limits are counted in the same transaction."""
    if closed := _closed(view, form):
        raise _Closed(closed)
    in_all, today = public_entries.count(view.name)
    if form.most and in_all > form.most or form.per_day and today > form.per_day:
        raise _Closed(_full())
    consent = pick(form.consent)
    saved = records.save(_actor(view, consent), entity, values, accept_warnings=True)
    public_entries.note(view.name, key, entity.name, saved.id, consent)


def _actor(view: View, consent: str) -> Actor:
    """The form itself acts: it may do what its definition lists."""
    reason = _("Agreed: %(text)s", text=consent) if consent else ""
    return Actor(0, "public", _("Public form: %(name)s", name=_called(view)), roles=frozenset({f"{PUBLIC_FORM}{view.name}"}), locale=locale(), reason=reason[:_REASON])


def _called(view: View) -> str:
    assert view.public is not None
    return pick(view.public.title) or pick(view.label) or pick(catalogue().entity(view.entity).label)


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


# What is shown


def _inputs(view: View, form: PublicForm, entity: Entity, sent: _Sent) -> Iterator[Input]:
    for name in form.fields:
        field = entity.field(name)
        type_ = FIELD_TYPES[field.type]
        is_link = name in form.choices
        choices = tuple(_choices(view, field)) if is_link else tuple((one.code, pick(one.label)) for one in field.options if not one.retired)
        yield Input(
            field, "fields/text.html" if is_link else type_.template, pick(_label(view.layout, field)), pick(field.help), sent.typed.get(name), f"f-{name}", name, field.required,
            tuple(sent.errors.get(name, ())), choices, choices, is_select=is_link, placeholder=pick(field.option("placeholder") or {}),
        )


def _label(nodes: Sequence[Node], field: Field) -> Label:
    """What the form calls the field."""
    for node in nodes:
        if node.field == field.name and node.label:
            return node.label
        if (inner := _label(node.nodes, field)) is not field.label:
            return inner
    return field.label


def _choices(view: View, field: Field) -> Iterator[tuple[str, str]]:
    """The records that can be chosen, by their titles: the form's own rights let it see these, and of them nothing else."""
    target = catalogue().entity(field.entity)
    found = records.query(_actor(view, ""), target, Query(fields=(target.display,), sort=(target.display,), limit=_MOST_CHOICES, count=False))
    return ((str(one.id), one.title) for one in found.records)


def _prefilled(form: PublicForm, entity: Entity) -> dict[str, Any]:
    """What the address gives, of the fields that may be given so."""
    found: dict[str, Any] = {}
    for name in form.prefill:
        if name in request.args:
            field = entity.field(name)
            try:
                found[name] = FIELD_TYPES[field.type].typed(FIELD_TYPES[field.type].parse_plain(request.args[name][:_LONGEST], field), field)
            except ValueError:
                continue
    return found


def _unseen(form: PublicForm, typed: Mapping[str, Any]) -> dict[str, str]:
    """Fields that the address gave and that nobody sees."""
    return {name: str(typed[name]) for name in form.prefill if name not in form.fields and typed.get(name)}


def _page(
    view: View, form: PublicForm, *, inputs: list[Input] | None = None, sent: _Sent = _FRESH, closed: str = "", thanks: str = "", status: int = 200,
) -> Response:
    typed = {**{one.name: one.value for one in inputs or ()}, **(_prefilled(form, catalogue().entity(view.entity)) if request.method == "GET" else sent.typed)}
    page = render_template(
        "web/public_form.html", title=_called(view), form=form, inputs=inputs or [], unseen=_unseen(form, typed), closed=closed, thanks=thanks, sent=sent, trap=TRAP,
        languages=[(code, words) for code, words in zip(LOCALES, ("中文", "English"), strict=True) if code != locale()],
        asked={name: request.args[name] for name in form.prefill if name in request.args},
    )
    return _headed(make_response(page, status), form)


def _headed(response: Response, form: PublicForm) -> Response:
    """Only the listed sites may show it inside of theirs."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(form.embed) or chr(39) + 'none' + chr(39)}")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _again(view: View, form: PublicForm, entity: Entity, sent: _Sent, status: int) -> Response:
    """The form with what was typed, and sentences beside it."""
    with read():
        return _page(view, form, inputs=list(_inputs(view, form, entity, sent)), sent=sent, status=status)


# What was sent


def _typed(view: View, form: PublicForm, entity: Entity) -> Iterator[tuple[str, Any]]:
    """What was typed into the listed fields, to be shown again; whatever else came is not looked at."""
    for name in form.accepted:
        many = FIELD_TYPES[entity.field(name).type].json_type.get("type") == "array"
        yield name, [one[:_LONGEST] for one in request.form.getlist(name)] if many else request.form.get(name, "")[:_LONGEST]


def _values(view: View, form: PublicForm, entity: Entity) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """The JSON values of the listed fields, and a sentence for each that cannot be read."""
    values: dict[str, Any] = {}
    errors: dict[str, tuple[str, ...]] = {}
    for name in form.accepted:
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
    with read():
        for name in form.choices:
            if values.get(name) and values[name] not in dict(_choices(view, entity.field(name))):
                errors[name] = (_("Choose one of the list."),)
    return {name: value for name, value in values.items() if value not in (None, "", [])}, errors


def _refused(form: PublicForm, sent: _Sent, wrong: InvalidInput) -> _Sent:
    """Sentences about the fields of the form stand beside them; of others no word is told to strangers."""
    errors = {path: tuple(said) for path, said in wrong.by_field.items() if path in form.fields}
    rest = any(path not in form.fields for path in wrong.by_field)
    return replace(sent, errors=errors, general=(_("This cannot be taken as it is. Please check it, or call us."),) if rest else ())
