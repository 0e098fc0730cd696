"""The log of rules in the reader's words; what is kept there are names, so that it outlives every label."""

from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.definitions.current import catalogue


def detail_words(detail: str) -> str:
    """What the actions of one run did; parts that are sentences already stay as they are."""
    return "; ".join(_action(part) for part in detail.split("; "))


def _action(part: str) -> str:
    match part.split(" ", 3):
        case ["post", ledger, kind, amount] if ledger in catalogue().ledgers:
            known = catalogue().ledgers[ledger]
            label = pick(known.kinds[kind].label) if kind in known.kinds else kind
            return _("%(ledger)s: %(kind)s %(amount)s", ledger=pick(known.label), kind=label, amount=amount)
        case ["reverse", ledger, count] if ledger in catalogue().ledgers:
            return _("%(ledger)s: %(count)s reversed", ledger=pick(catalogue().ledgers[ledger].label), count=count)
        case ["set", target, *names]:
            return _set(target, " ".join(names))
        case _:
            return part


def _set(target: str, names: str) -> str:
    entity = catalogue().entities.get(target.partition("/")[0])
    if entity is None:
        return f"{target} {names}"
    labels = [pick(entity.field(name).label) if entity.has(name) else name for name in names.split(", ")]
    return _("%(entity)s: %(fields)s set", entity=pick(entity.label), fields=_(", ").join(labels))
