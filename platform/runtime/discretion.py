"""What a form tells, while it is filled in, of records that its visitor may not see: a few duplicates in an hour.

Whoever tried number after number would learn else who is known to other units. Saving checks and says what it always does.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Response, g

from shuke.core.i18n import gettext as _
from shuke.core.limits import Limit, allows, is_reached
from shuke.records import Doubt
from shuke.runtime.blueprint import blueprint
from shuke.runtime.form_state import FormState
from shuke.screens.visitor import actor, write

TOLD = Limit("duplicates told", 20, timedelta(hours=1))
_ONCE = Limit("duplicate told", 1, TOLD.period)
"""The same duplicate is told with every key that is typed; it counts once, and goes on being told."""

Said = tuple[str, Doubt]


def keep_discreet(state: FormState) -> FormState:
    """The state without duplicates that the visitor may not see, once so many were told; those that are told now are counted."""
    for one in _with_inner(state):
        if asked := list(_asked(one)):
            _keep_discreet(one, asked)
    return state


def _with_inner(state: FormState) -> Iterator[FormState]:
    yield state
    for lines in state.lines.values():
        for member in lines.members:
            yield from _with_inner(member.state)


def _asked(state: FormState) -> Iterator[tuple[str, ...]]:
    """The fields of each rule about duplicates that has something to look at, newly typed."""
    now, saved = state.preview.values, state.record.values if state.record else {}
    for rule in state.entity.dedupe if state.entered is not None else ():
        if all(now.get(name) not in (None, "", ()) for name in rule.fields) and any(now.get(name) != saved.get(name) for name in rule.fields):
            yield rule.fields


def _keep_discreet(state: FormState, asked: list[tuple[str, ...]]) -> None:
    preview = state.preview
    if not is_reached(TOLD, str(actor().id)):
        told = {fields[0]: fields for fields in asked}
        for name in {name for name, doubt in (*preview.alike, *preview.doubts) if _is_hidden(doubt) and name in told}:
            g.setdefault("told", set()).add(_key(state, told[name]))
        return
    asked = [fields for fields in asked if not is_reached(_ONCE, _key(state, fields))]
    said = dict.fromkeys(fields[0] for fields in asked)
    hidden = [one for one in (*preview.alike, *preview.doubts) if _is_hidden(one[1]) and one[0] in said]
    wait = Doubt(_("Many duplicates were looked up in a short time, so none are shown here for a while. Saving still checks for them."))
    state.preview = replace(
        preview, alike=_without(preview.alike, hidden), doubts=(*_without(preview.doubts, hidden), *((name, wait) for name in said)),
    )
    for name, doubt in hidden:
        if state.entered is not None and doubt.sentence in state.entered.errors.get(name, ()):
            state.entered.errors[name].remove(doubt.sentence)


def _is_hidden(doubt: Doubt) -> bool:
    """About a record, but not one to be led to."""
    return bool(doubt.entity) and doubt.id is None


def _without(said: tuple[Said, ...], hidden: list[Said]) -> tuple[Said, ...]:
    return tuple(one for one in said if one not in hidden)


def _key(state: FormState, fields: tuple[str, ...]) -> str:
    values: list[Any] = [state.preview.values.get(name) for name in fields]
    return f"{actor().id} {state.entity.name} {fields} {values}"


@blueprint.after_request
def _count(response: Response) -> Response:
    """Count what was told, when the screen's own unit of work has ended."""
    if told := g.pop("told", ()):
        with write():
            for key in sorted(told):
                if allows(_ONCE, key):
                    allows(TOLD, str(actor().id))
    return response
