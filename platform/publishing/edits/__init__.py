"""What an administrator does to definitions, as functions from the documents to the steps of a patch."""

from shuke.publishing.edits.apps import add_entry, copy_app, move_entry, remove_entry, word_entry
from shuke.publishing.edits.codes import rename_option, rename_state, rename_transition
from shuke.publishing.edits.documents import (
    add_app,
    add_dashboard,
    add_document,
    add_ledger,
    add_print,
    add_role,
    add_rule,
    add_view,
    add_workflow,
    duplicate_document,
    move_document,
    remove_document,
    rename_document,
)
from shuke.publishing.edits.entities import add_entity, remove_entity, rename_entity
from shuke.publishing.edits.fields import (
    add_field,
    duplicate_field,
    move_field,
    name_after,
    relabel_field,
    remove_field,
    rename_field,
    require_field,
    retype_field,
    sum_over,
)
from shuke.publishing.edits.labels import document_name, field_name, view_variant
from shuke.publishing.edits.options import add_options
from shuke.publishing.edits.removing import Uses, uses
from shuke.publishing.edits.results import READING, follows_formula, set_formula, set_reading, set_result
from shuke.publishing.edits.rights import add_conditional_rule, clear_rights, copy_rights, remove_rule, set_field_right, set_reach
from shuke.publishing.edits.values import Edit, chain, clear_value, insert_item, move_item, relabel, remove_item, set_value

__all__ = [
    "READING", "Edit", "Uses", "add_app", "add_conditional_rule", "add_dashboard", "add_document", "add_entity", "add_entry", "add_field", "add_ledger",
    "add_options", "add_print", "add_role", "add_rule", "add_view", "add_workflow", "chain", "clear_rights", "clear_value", "copy_app", "copy_rights",
    "document_name", "duplicate_document", "duplicate_field", "field_name", "follows_formula", "insert_item", "move_document", "move_entry", "move_field", "move_item",
    "name_after", "relabel", "relabel_field", "remove_document", "remove_entity", "remove_entry", "remove_field", "remove_item", "remove_rule",
    "rename_document", "rename_entity", "rename_field", "rename_option", "rename_state", "rename_transition", "require_field", "retype_field",
    "set_field_right", "set_formula", "set_reach", "set_reading", "set_result", "set_value", "sum_over", "uses", "view_variant", "word_entry",
]
