"""Lines of a form that come from the record that a link in it names, for as long as nobody types into them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shuke.records import Preview
from shuke.runtime.entered import Entered, new_key
from shuke.views import FormField


def followers(fields: Iterable[FormField], entered: Entered) -> tuple[FormField, ...]:
    """The sub-tables of a new record whose lines come from elsewhere now; what stands in them is given up for that."""
    outputs = set(entered.form.getlist("_there"))
    following = [item for item in fields if item.field.fill is not None and (item.name in entered.untouched or item.name not in entered.values)]
    for item in following:
        entered.values.pop(item.name, None)
    return tuple(item for item in following if item.name not in entered.parked or item.name in outputs)


def take_lines(following: Iterable[FormField], entered: Entered, preview: Preview) -> None:
    """Have the lines of the preview stand in the form; where they are what stood in it, under the same keys."""
    for item in following:
        made = list(_begun(item, preview.values.get(item.name) or ()))
        if made != list(entered.filled.get(item.name, {}).values()) or item.name not in entered.rows:
            entered.filled[item.name] = {new_key(): values for values in made}
            entered.rows[item.name] = tuple(entered.filled[item.name]) or ((new_key(),) if item.field.required else ())
            entered.refilled.add(item.name)
        entered.kept[item.name] = tuple(entered.filled.get(item.name, ()))


def _begun(table: FormField, lines: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What each line begins with, as JSON."""
    for line in lines:
        given = {column.name: line.get(column.name) for column in table.columns if not column.computed}
        yield {column.name: column.type.dump(given[column.name], column.field) for column in table.columns if given.get(column.name) is not None}
