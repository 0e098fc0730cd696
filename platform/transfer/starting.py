"""From a mapping as somebody gave it to one that is complete and fits: what every face does before it starts an import."""

from dataclasses import replace

from shuke.access import Actor
from shuke.transfer.columns import kinds_of
from shuke.transfer.imports import Import
from shuke.transfer.mapping import ImportMapping
from shuke.transfer.plan import prepare


def complete(actor: Actor, import_: Import, mapping: ImportMapping) -> ImportMapping:
    """The mapping with the kinds of all columns fixed, so that a resumed import reads alike; `InvalidInput` if it does not fit."""
    kinds = kinds_of(import_.columns, import_.sample)
    known = {name: kind for name, kind in (mapping.kinds or {}).items() if name in kinds}
    whole = replace(mapping, reading=import_.reading, kinds={**kinds, **known})
    prepare(actor, whole, import_.columns)
    return whole
