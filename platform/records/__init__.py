"""The one door to records: query, get, save, delete, and what belongs to them."""

from shuke.records.actors import load_actor
from shuke.records.aggregating import aggregate
from shuke.records.columns import refuse_unseen
from shuke.records.deleting import delete, restore
from shuke.records.evaluation import RowEnv, environments
from shuke.records.events import on_change
from shuke.records.finding import search_everywhere
from shuke.records.history import history
from shuke.records.picking import lookup, pick, pick_exactly, pick_lately
from shuke.records.previewing import preview
from shuke.records.reading import count, every, get, query
from shuke.records.saving import save, save_many
from shuke.records.shapes import Shape, shape
from shuke.records.values import (
    Change,
    Condition,
    Conditions,
    Doubt,
    FieldChange,
    FileRef,
    Found,
    Group,
    HistoryEntry,
    Hit,
    Input,
    Link,
    Masked,
    NeedsConfirmation,
    Page,
    Preview,
    Query,
    Record,
    Row,
    Saved,
)
from shuke.records.visible import visible_ids

__all__ = [
    "Change", "Condition", "Conditions", "Doubt", "FieldChange", "FileRef", "Found", "Group", "HistoryEntry", "Hit", "Input", "Link", "Masked", "NeedsConfirmation",
    "Page", "Preview", "Query", "Record", "Row", "RowEnv", "Saved", "Shape", "aggregate", "count", "delete", "environments", "every", "get",
    "history", "load_actor", "lookup", "on_change", "pick", "pick_exactly", "pick_lately", "preview", "query", "refuse_unseen", "restore", "save", "save_many", "search_everywhere", "shape", "visible_ids",
]
