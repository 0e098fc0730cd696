"""How a public form looks to a stranger: its inputs, what can be chosen, what the address gives, and the answers around it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request

from shuke import records
from shuke.access import Actor
from shuke.access.policy import PUBLIC_FORM
from shuke.core.i18n import LOCALES, Label, locale, pick
from shuke.core.i18n import gettext as _
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity, Field, Node, PublicForm, View
from shuke.fields import FIELD_TYPES
from shuke.records import Query
from shuke.screens.visitor import read
from shuke.web import public_files
from shuke.web.headers import CONTENT_SECURITY_POLICY

TRAP = "homepage"
"""An input that people do not see; who fills it in is a program."""
LONGEST = 4000
_MOST_CHOICES = 200
_REASON = 200


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
    takes: Field | None = None
    """For a file: what strangers may send."""
    is_lost: bool = False
    """A file was chosen, and has to be chosen again: nothing of a refused form is kept."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was typed, field by field, and what is wrong with it; `general` is about no field in particular."""

    typed: Mapping[str, Any]
    errors: Mapping[str, tuple[str, ...]]
    general: tuple[str, ...] = ()
    key: str = ""
    agreed: bool = False
    files: frozenset[str] = frozenset()
    """Fields for which a file came along."""


FRESH = Sent({}, {})


def actor_of(view: View, consent: str) -> Actor:
    """The form itself acts: it may do what its definition lists."""
    reason = _("Agreed: %(text)s", text=consent) if consent else ""
    return Actor(0, "public", _("Public form: %(name)s", name=called(view)), roles=frozenset({f"{PUBLIC_FORM}{view.name}"}), locale=locale(), reason=reason[:_REASON])


def called(view: View) -> str:
    assert view.public is not None
    return pick(view.public.title) or pick(view.label) or pick(catalogue().entity(view.entity).label)


def inputs(view: View, form: PublicForm, entity: Entity, sent: Sent) -> Iterator[Input]:
    takes = {field.name: field for field in public_files.file_fields(form, entity)}
    for name in form.fields:
        field = entity.field(name)
        type_ = FIELD_TYPES[field.type]
        is_link = name in form.choices
        choices = tuple(choosable(view, field)) if is_link else tuple((one.code, pick(one.label)) for one in field.options if not one.retired)
        yield Input(
            field, "fields/text.html" if is_link else type_.template, pick(_label(view.layout, field)), pick(field.help), sent.typed.get(name), f"f-{name}", name, field.required,
            tuple(sent.errors.get(name, ())), choices, choices, is_select=is_link, placeholder=pick(field.option("placeholder") or {}),
            takes=takes.get(name), is_lost=name in sent.files,
        )


def _label(nodes: Sequence[Node], field: Field) -> Label:
    """What the form calls the field."""
    for node in nodes:
        if node.field == field.name and node.label:
            return node.label
        if (inner := _label(node.nodes, field)) is not field.label:
            return inner
    return field.label


def choosable(view: View, field: Field) -> Iterator[tuple[str, str]]:
    """The records that can be chosen, by their titles: the form's own rights let it see these, and of them nothing else."""
    target = catalogue().entity(field.entity)
    found = records.query(actor_of(view, ""), target, Query(fields=(target.display,), sort=(target.display,), limit=_MOST_CHOICES, count=False))
    return ((str(one.id), one.title) for one in found.records)


def prefilled(form: PublicForm, entity: Entity) -> dict[str, Any]:
    """What the address gives, of the fields that may be given so."""
    found: dict[str, Any] = {}
    for name in form.prefill:
        if name in request.args:
            field = entity.field(name)
            try:
                found[name] = FIELD_TYPES[field.type].typed(FIELD_TYPES[field.type].parse_plain(request.args[name][:LONGEST], field), field)
            except ValueError:
                continue
    return found


def _unseen(form: PublicForm, typed: Mapping[str, Any]) -> dict[str, str]:
    """Fields that the address gave and that nobody sees."""
    return {name: str(typed[name]) for name in form.prefill if name not in form.fields and typed.get(name)}


def page(
    view: View, form: PublicForm, *, inputs: list[Input] | None = None, sent: Sent = FRESH, closed: str = "", thanks: str = "", status: int = 200,
) -> Response:
    typed = {**{one.name: one.value for one in inputs or ()}, **(prefilled(form, catalogue().entity(view.entity)) if request.method == "GET" else sent.typed)}
    drawn = render_template(
        "web/public_form.html", title=called(view), form=form, inputs=inputs or [], unseen=_unseen(form, typed), closed=closed, thanks=thanks, sent=sent, trap=TRAP,
        languages=[(code, words) for code, words in zip(LOCALES, ("中文", "English"), strict=True) if code != locale()],
        hint=public_files.hint, most_together=public_files.MOST_TOGETHER, asked={name: request.args[name] for name in form.prefill if name in request.args},
    )
    return headed(make_response(drawn, status), form)


def headed(response: Response, form: PublicForm) -> Response:
    """Only the listed sites may show it inside of theirs."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(form.embed) or chr(39) + 'none' + chr(39)}")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def again(view: View, form: PublicForm, entity: Entity, sent: Sent, status: int) -> Response:
    """The form with what was typed, and sentences beside it."""
    with read():
        return page(view, form, inputs=list(inputs(view, form, entity, sent)), sent=sent, status=status)
