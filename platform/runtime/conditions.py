"""The conditions of a form's layout, evaluated over what stands in the form."""

from collections.abc import Iterable, Mapping
from typing import Any

from shuke.access.actor import Actor
from shuke.definitions.current import catalogue
from shuke.definitions.model import Entity
from shuke.fields.scope import expression
from shuke.records.evaluation import environments
from shuke.records.shapes import shape


def conditions_hold(actor: Actor, entity: Entity, values: Mapping[str, Any], sources: Iterable[str]) -> dict[str, bool]:
    """Each condition → whether it is true."""
    compiled = {source: expression(catalogue(), entity.name, source) for source in sources}
    if not compiled:
        return {}
    (row,) = environments(shape(entity.name), [values], compiled.values(), actor)
    return {source: one.evaluate(row) is True for source, one in compiled.items()}
