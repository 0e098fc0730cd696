"""Words for every keyword of the schemas and for every value that they count up, and where a keyword stands in a panel."""

from collections.abc import Callable, Mapping

from shuke.core.i18n import gettext as _

Words = Mapping[str, Callable[[], str]]
GROUPS = ("basics", "rules", "advanced")
"""The groups of a panel, in this order."""
HIDDEN = frozenset({"$schema", "$id", "x-id", "x-table", "x-column", "x-base", "x-was", "kind", "x-type", "additionalProperties"})
"""Keywords that people never see: other gestures write them, or nobody."""
_RULES = frozenset({
    "x-default", "x-visible-if", "x-required-if", "x-readonly-if", "x-unique", "x-filter", "x-where", "x-checks", "x-dedupe", "minLength", "maxLength",
    "pattern", "minimum", "maximum", "x-past", "x-future", "x-message", "x-on-delete", "visible", "required", "read_only", "guard", "guard_message",
    "condition", "x-depends",
})
_ADVANCED = frozenset({
    "name", "$comment", "title", "enum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "uniqueItems", "readOnly", "x-index", "x-search",
    "x-fill", "x-frozen", "x-sensitive", "x-mask", "x-inverse", "x-inverse-label", "x-scope", "type", "format", "properties", "x-gapless", "order", "page_size",
})


def group_of(key: str, *, in_list: bool = False) -> str:
    """Where a keyword stands; the kind of an entry comes first."""
    if in_list and key in {"type", "name", "title"}:
        return "basics"
    return "rules" if key in _RULES else "advanced" if key in _ADVANCED else "basics"


def group_word(group: str) -> str:
    return _GROUP_WORDS[group]()


def has_words(key: str) -> bool:
    return key in HIDDEN or key in _LABELS


def has_value_words(value: str) -> bool:
    return value == "" or value in _VALUES


def key_word(key: str) -> str:
    """What a keyword is called; one without words of its own is shown as it is written."""
    return _LABELS[key]() if key in _LABELS else key.removeprefix("x-")


def help_of(key: str) -> str:
    return _HELP[key]() if key in _HELP else ""


def value_word(value: str) -> str:
    """What a counted value is called."""
    return _VALUES[value]() if value in _VALUES else value


_GROUP_WORDS: Words = {"basics": lambda: _("Basics"), "rules": lambda: _("Rules"), "advanced": lambda: _("Advanced")}
_LABELS: Words = {
    "$comment": lambda: _("Remark"), "abilities": lambda: _("Abilities"), "account": lambda: _("Account"), "action": lambda: _("What happens"),
    "actions": lambda: _("Actions"), "add": lambda: _("Box for adding"), "additionalProperties": lambda: _("Other parts"), "address": lambda: _("Address"),
    "align": lambda: _("Alignment"), "app": lambda: _("App"), "amount": lambda: _("Amount"), "ask": lambda: _("Fields asked for"), "at": lambda: _("When"),
    "badge": lambda: _("Badge"), "better": lambda: _("Good news is"), "blocks": lambda: _("Blocks"), "body": lambda: _("Message"),
    "category": lambda: _("Category"), "changes": lambda: _("Show changes"), "channel": lambda: _("Channel"), "chart": lambda: _("Kind of chart"),
    "code": lambda: _("Code"), "color": lambda: _("Colour"), "colors": lambda: _("Colours"), "columns": lambda: _("Columns"),
    "comments": lambda: _("Show comments"), "company": lambda: _("Company"), "compare": lambda: _("Compared with"), "condition": lambda: _("Condition"),
    "counterpart": lambda: _("Other account"), "country": lambda: _("Country"), "currency": lambda: _("Currency"), "dashboard": lambda: _("Dashboard"),
    "date": lambda: _("Date"), "date_style": lambda: _("Form of dates"), "default": lambda: _("Chosen at first"), "description": lambda: _("Description"),
    "due": lambda: _("Due date"), "each": lambda: _("For each line of"), "edit": lambda: _("Changed in place"),
    "empty": lambda: _("Words when there is nothing"), "enabled": lambda: _("Switched on"), "entity": lambda: _("Entity"), "entries": lambda: _("Entries"),
    "enum": lambda: _("Allowed values"), "exclusiveMaximum": lambda: _("Less than"), "exclusiveMinimum": lambda: _("More than"), "field": lambda: _("Field"),
    "fields": lambda: _("Fields"), "figures": lambda: _("Key figures"), "files": lambda: _("Show files"), "filters": lambda: _("Filters"),
    "floor": lambda: _("Lower limit"), "footer": lambda: _("Words at the foot"), "format": lambda: _("Form of the value"), "from": lambda: _("From"),
    "function": lambda: _("Calculation"), "grants": lambda: _("Rights"), "group": lambda: _("Grouped by"), "guard": lambda: _("Allowed if"),
    "guard_message": lambda: _("Words when it is not allowed"), "head": lambda: _("Letterhead"), "header": lambda: _("Header"),
    "home": lambda: _("Home page"), "icon": lambda: _("Icon"), "initial": lambda: _("First state"), "items": lambda: _("Columns"),
    "keep_end": lambda: _("Shown at the end"), "keep_start": lambda: _("Shown at the start"), "key": lambda: _("Key of the entry"), "kind": lambda: _("Kind"),
    "kinds": lambda: _("Kinds of entry"), "label": lambda: _("Label"), "layout": lambda: _("Layout"), "ledger": lambda: _("Ledger"),
    "level": lambda: _("Level"), "limit": lambda: _("At most"), "locale": lambda: _("Language"), "lookup": lambda: _("Found by whole value"),
    "maxItems": lambda: _("Most entries"), "maxLength": lambda: _("Longest"), "maximum": lambda: _("Largest"), "measures": lambda: _("Figures"),
    "memo": lambda: _("Note"), "menu": lambda: _("Menu"), "message": lambda: _("Message"), "min": lambda: _("At least"),
    "minItems": lambda: _("Fewest entries"), "minLength": lambda: _("Shortest"), "minimum": lambda: _("Smallest"), "multipleOf": lambda: _("Multiple of"),
    "name": lambda: _("Technical name"), "nodes": lambda: _("Contents"), "number": lambda: _("Number"), "number_style": lambda: _("Form of numbers"),
    "by": lambda: _("Columns by"), "start": lambda: _("Day"), "end": lambda: _("End day"), "image": lambda: _("Picture"), "widths": lambda: _("Widths of columns"),
    "hidden": lambda: _("Left out"), "on_phones": lambda: _("On phones"), "without": lambda: _("Fields left out on purpose"),
    "on": lambda: _("Record to change"), "operations": lambda: _("Operations"), "order": lambda: _("Order"), "page_size": lambda: _("Rows on a page"),
    "panels": lambda: _("Panels"), "paper": lambda: _("Paper"), "parent": lambda: _("Under"), "parts": lambda: _("Parts"), "pattern": lambda: _("Pattern"),
    "period": lambda: _("Period"), "phone": lambda: _("Phone"), "properties": lambda: _("Fields"), "range": lambda: _("Choice of days"),
    "readOnly": lambda: _("Read-only"), "read_only": lambda: _("Read-only if"), "related": lambda: _("Related lists"),
    "require": lambda: _("Fields required"), "required": lambda: _("Required"), "retired": lambda: _("Not offered any more"), "roles": lambda: _("For whom"),
    "scale": lambda: _("Decimals"), "scope": lambda: _("Which records"), "series": lambda: _("Second group"), "set": lambda: _("Values set"),
    "settings": lambda: _("Settings"), "size": lambda: _("Size"), "sort": lambda: _("Sorted by"), "state": lambda: _("State"), "states": lambda: _("States"),
    "strong": lambda: _("Most important"), "style": lambda: _("Look of the button"), "subject": lambda: _("Subject"), "summary": lambda: _("Sums"),
    "sums": lambda: _("Sums under the columns"), "symbology": lambda: _("Kind of barcode"), "text": lambda: _("Text"), "time_zone": lambda: _("Time zone"),
    "timeline": lambda: _("Timeline"), "title": lambda: _("Title"), "to": lambda: _("To"), "transitions": lambda: _("Transitions"),
    "trigger": lambda: _("Trigger"), "type": lambda: _("Kind"), "uniqueItems": lambda: _("Nothing twice"), "unit": lambda: _("Unit of measure"),
    "unit_kinds": lambda: _("Kinds of unit"), "value": lambda: _("Value"), "values": lambda: _("Values"), "version": lambda: _("Version"),
    "via": lambda: _("By the link"), "view": lambda: _("View"), "visible": lambda: _("Visible if"), "week_start": lambda: _("First day of the week"),
    "when": lambda: _("If"), "where": lambda: _("Condition"), "width": lambda: _("Width"), "x-accept": lambda: _("Kinds of file"),
    "x-checks": lambda: _("Checks"), "x-columns": lambda: _("Columns shown when choosing"), "x-control": lambda: _("Shown as"),
    "x-country": lambda: _("Country"), "x-create": lambda: _("New ones can be made"), "x-currency": lambda: _("Currency"),
    "x-dedupe": lambda: _("Duplicates"), "x-default": lambda: _("Default"), "x-depends": lambda: _("Depends on"), "x-detail": lambda: _("Detail"),
    "x-display": lambda: _("Title"), "x-entity": lambda: _("Leads to"), "x-field": lambda: _("Field there"), "x-filter": lambda: _("Filter"),
    "x-formula": lambda: _("Formula"), "x-frozen": lambda: _("Cannot be changed later"), "x-function": lambda: _("Calculation"),
    "x-future": lambda: _("Not in the past"), "x-gapless": lambda: _("Without gaps"), "x-help": lambda: _("Help"), "x-icon": lambda: _("Icon"),
    "x-index": lambda: _("Index"), "x-inverse": lambda: _("Name of the other end"), "x-inverse-label": lambda: _("Label of the other end"),
    "x-label": lambda: _("Label"), "x-leaves": lambda: _("Only the last level"), "x-ledger": lambda: _("Ledger"), "x-fill": lambda: _("Filled from"), "x-leads-to": lambda: _("Finding it leads to"), "x-mask": lambda: _("Mask"),
    "x-max-size": lambda: _("Largest file (MB)"), "x-message": lambda: _("Message"), "x-on-delete": lambda: _("When the other is deleted"),
    "x-options": lambda: _("Options"), "x-past": lambda: _("Not in the future"), "x-pattern": lambda: _("Pattern"),
    "x-placeholder": lambda: _("Placeholder"), "x-plural": lambda: _("Label of many"), "x-readonly-if": lambda: _("Read-only if"),
    "x-required-if": lambda: _("Required if"), "x-reset": lambda: _("Begins anew"), "x-result": lambda: _("Type of the result"),
    "x-rows": lambda: _("Rows on the screen"), "x-scale": lambda: _("Decimals"), "x-scope": lambda: _("Kept apart by"),
    "x-search": lambda: _("Found by the search"), "x-sensitive": lambda: _("Sensitive"), "x-suffix": lambda: _("Unit behind the number"),
    "x-symbology": lambda: _("Kind of barcode"), "x-type": lambda: _("Type"), "x-unique": lambda: _("Unique"), "x-via": lambda: _("By the link"),
    "x-visible-if": lambda: _("Visible if"), "x-where": lambda: _("Condition"), "x-workflow": lambda: _("Workflow"), "zh": lambda: _("Chinese"),
    "en": lambda: _("English"),
    "orientation": lambda: _("Orientation"),
    "sheet": lambda: _("Sheet of labels"),
    "gap_across": lambda: _("Gap across (mm)"),
    "gap_down": lambda: _("Gap down (mm)"),
    "top": lambda: _("Edge at the top (mm)"),
    "left": lambda: _("Edge at the left (mm)"),
    "rows": lambda: _("Rows"),
    "height": lambda: _("Height (mm)"),
    "primary": lambda: _("Coloured button"),
    "public": lambda: _("Public form"),
    "open": lambda: _("Open"),
    "prefill": lambda: _("Given by the address"),
    "choices": lambda: _("What can be chosen"),
    "intro": lambda: _("Words above the form"),
    "submit": lambda: _("Button"),
    "thanks": lambda: _("Words of thanks"),
    "consent": lambda: _("Has to be agreed to"),
    "most": lambda: _("At most in all"),
    "per_day": lambda: _("At most in a day"),
    "until": lambda: _("Open until"),
    "embed": lambda: _("May be shown on"),
}
_HELP: Words = {
    "abilities": lambda: _("What members may do besides working with records."), "better": lambda: _("Colours the change against the period before."),
    "category": lambda: _("Tells open records from those that are finished."), "each": lambda: _("The rule is carried out for every line of this sub-table."),
    "enabled": lambda: _("A rule that is switched off does nothing."), "floor": lambda: _("An amount or a formula; the balance cannot go below it."),
    "guard": lambda: _("The transition is offered while this holds."),
    "home": lambda: _("The first home page by order that is meant for somebody is what they start with."),
    "key": lambda: _("Two entries with the same key are entered once."), "limit": lambda: _("What is left over is not shown, or summed up."),
    "lookup": lambda: _("Who knows the whole value may find the record, masked."), "order": lambda: _("Smaller numbers come first."),
    "retired": lambda: _("Stays where it was chosen, but cannot be chosen any more."), "roles": lambda: _("Everybody when nobody is named."),
    "scope": lambda: _("Which records the operations are about."), "summary": lambda: _("Figures over all rows of the list, and over those of each group."),
    "visible": lambda: _("Shown while this holds."), "where": lambda: _("Only the records for which this holds."),
    "x-columns": lambda: _("Further columns beside the title when a record is chosen."),
    "x-dedupe": lambda: _("Records are alike when all fields of one entry are equal, or all of another. Phones, e-mails and numbers are compared in their normal form."),
    "x-fill": lambda: _("The lines of a new record for which nobody gives any."),
    "x-leads-to": lambda: _("The record at which somebody arrives who types or scans a whole number of this one."),
    "x-default": lambda: _("What stands in a new record at first. A link to the form can say it too: …/new?field=value."),
    "x-depends": lambda: _("Only options that lie under the chosen one are offered."), "x-display": lambda: _("The field that records are called by."),
    "x-filter": lambda: _("Only such records can be chosen."),
    "x-frozen": lambda: _("Once saved, the value stays as it is."), "x-gapless": lambda: _("Numbers are given at the very end, so that none is lost."),
    "x-index": lambda: _("Makes filters and sorting over many records fast."),
    "x-mask": lambda: _("How much of the value is shown to those who see it masked."), "x-message": lambda: _("What is said when a value does not fit."),
    "x-pattern": lambda: _("As in L{yyyy}{mm}-{0000}: date parts and the counter stand in braces."),
    "x-scope": lambda: _("Records are kept inside the unit of this kind."), "x-sensitive": lambda: _("Is left out of exports and logs."),
    "x-unique": lambda: _("No two records may have the same value."),
    "x-visible-if": lambda: _("The field is shown while this holds."),
    "x-required-if": lambda: _("A value is required while this holds."),
    "x-readonly-if": lambda: _("The value cannot be changed while this holds."),
    "x-formula": lambda: _("A formula over the record; it is computed at every save."),
    "prefill": lambda: _("The link may give them: ?source=fair. Those that are not among the fields are sent along unseen."),
    "choices": lambda: _("For links to other records: a condition over those that can be chosen. Everybody sees their titles."),
    "consent": lambda: _("Kept with each record as it was read."),
    "embed": lambda: _("Web sites that show the form inside their pages: https://www.example.com"),
    "until": lambda: _("The last day on which the form can be sent."), "x-accept": lambda: _("Without a word about it, every usual kind is taken; of strangers, pictures and PDF."),
    "x-max-size": lambda: _("At most 20 MB; at most 10 MB in public forms."),
}
_VALUES: Words = {
    "A4": lambda: _("A4"), "A5": lambda: _("A5"), "80mm": lambda: _("Receipt, 80 mm"), "58mm": lambda: _("Receipt, 58 mm"),
    "label_50x30": lambda: _("Label, 50 × 30 mm"), "label_60x40": lambda: _("Label, 60 × 40 mm"), "label_100x70": lambda: _("Label, 100 × 70 mm"),
    "actions": lambda: _("Buttons"), "administer": lambda: _("Administer"), "all": lambda: _("Everything"), "area": lambda: _("Area"),
    "avg": lambda: _("Average"), "bar": lambda: _("Bars"), "barcode": lambda: _("Barcode"), "black": lambda: _("Black"), "block": lambda: _("Is refused"),
    "blue": lambda: _("Blue"), "azure": lambda: _("Azure"), "boolean": lambda: _("Yes or no"), "build": lambda: _("Build"),
    "cancelled": lambda: _("Cancelled"), "cascade": lambda: _("This is deleted as well"), "center": lambda: _("In the middle"),
    "changed": lambda: _("Was changed"), "chart": lambda: _("Chart"), "city": lambda: _("City"), "clear": lambda: _("The link becomes blank"),
    "code128": lambda: _("Code 128"), "columns": lambda: _("Columns"), "count": lambda: _("Count"), "create": lambda: _("Create"),
    "created": lambda: _("Was created"), "cyan": lambda: _("Cyan"), "danger": lambda: _("Red (danger)"), "dark": lambda: _("Dark"), "date": lambda: _("Date"),
    "date-time": lambda: _("Date and time"), "datetime": lambda: _("Date and time"), "day": lambda: _("Day"), "decimal": lambda: _("Decimal number"),
    "delete": lambda: _("Delete"), "district": lambda: _("District"), "done": lambda: _("Done"), "ean13": lambda: _("EAN-13"), "en": lambda: _("English"),
    "end": lambda: _("At the end"), "entered": lambda: _("Enters a state"), "export": lambda: _("Export"), "field": lambda: _("Field"),
    "fields": lambda: _("Fields"), "figures": lambda: _("Key figures"), "form": lambda: _("Form"), "funnel": lambda: _("Funnel"), "gray": lambda: _("Grey"), "green": lambda: _("Green"),
    "grouped": lambda: _("With separators"), "heading": lambda: _("Heading"), "hidden": lambda: _("Hidden"), "holder": lambda: _("The account"),
    "house": lambda: _("The company"), "image": lambda: _("Image"), "import": lambda: _("Import"), "indigo": lambda: _("Indigo"),
    "info": lambda: _("Blue (information)"), "integer": lambda: _("Whole number"), "iso": lambda: _("2026-01-31"),
    "key": lambda: _("In the order of their values"), "language": lambda: _("As the language has it"), "last_30_days": lambda: _("Last 30 days"),
    "last_7_days": lambda: _("Last 7 days"), "last_month": lambda: _("Last month"), "last_week": lambda: _("Last week"), "less": lambda: _("Less"),
    "lime": lambda: _("Lime"), "line": lambda: _("Line"), "list": lambda: _("List"), "long": lambda: _("In words"), "masked": lambda: _("Masked"),
    "max": lambda: _("Largest"), "min": lambda: _("Smallest"), "monday": lambda: _("Monday"), "money": lambda: _("Money"), "month": lambda: _("Month"),
    "more": lambda: _("More"), "movements": lambda: _("Movements"), "neither": lambda: _("Neither"), "never": lambda: _("Never"),
    "number": lambda: _("Number"), "open": lambda: _("Open"), "orange": lambda: _("Orange"), "own": lambda: _("Own"), "page": lambda: _("As the page says"),
    "pagebreak": lambda: _("Page break"), "percent": lambda: _("Percentage"), "pie": lambda: _("Pie"), "pink": lambda: _("Pink"),
    "plain": lambda: _("Without separators"), "post": lambda: _("Enter an amount"), "previous": lambda: _("The period before"), "primary": lambda: _("Main"),
    "print": lambda: _("Print"), "purple": lambda: _("Purple"), "qr": lambda: _("QR code"), "radio": lambda: _("All at once"), "read": lambda: _("Read"),
    "recent": lambda: _("Recently seen"), "record": lambda: _("Record page"), "red": lambda: _("Red"), "related": lambda: _("Related records"),
    "restrict": lambda: _("Cannot be deleted"), "reverse": lambda: _("Take entries back"), "search": lambda: _("Search"), "secondary": lambda: _("Quiet"),
    "section": lambda: _("Section"), "select": lambda: _("As a list"), "set": lambda: _("Set values"), "size": lambda: _("By size"),
    "start": lambda: _("At the start"), "street": lambda: _("Street"), "string": lambda: _("Text"), "subordinates": lambda: _("Own and of subordinates"),
    "success": lambda: _("Green (good)"), "sum": lambda: _("Sum"), "sunday": lambda: _("Sunday"), "tab": lambda: _("Tab"), "table": lambda: _("Table"),
    "teal": lambda: _("Teal"), "text": lambda: _("Text"), "this_month": lambda: _("This month"), "this_week": lambda: _("This week"),
    "this_year": lambda: _("This year"), "today": lambda: _("Today"), "total": lambda: _("Total"), "transition": lambda: _("Move on"),
    "unit": lambda: _("My unit and below"), "update": lambda: _("Edit"), "warn": lambda: _("Is warned of"), "warning": lambda: _("Orange (warning)"),
    "write": lambda: _("Write"), "year": lambda: _("Year"), "yellow": lambda: _("Yellow"), "yesterday": lambda: _("Yesterday"), "zh": lambda: _("Chinese"),
    "board": lambda: _("Board"), "calendar": lambda: _("Calendar"), "gallery": lambda: _("Gallery"),
    "portrait": lambda: _("Upright"),
    "landscape": lambda: _("Turned"),
    "pagenumber": lambda: _("Page number"),
    "divider": lambda: _("Divider"),
    "signature": lambda: _("Signature"),
    "space": lambda: _("Space"),
    "solid": lambda: _("Solid"),
    "dashed": lambda: _("Dashed"),
}
