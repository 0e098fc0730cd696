"""A formula as it is looked at while it is written: what is wrong and where, what it gives, how it reads in people's words."""

from dataclasses import dataclass

from shuke.builder.formulas.members import options_of
from shuke.builder.formulas.places import Written
from shuke.core.i18n import gettext as _
from shuke.core.i18n import pick
from shuke.expressions import Expression, ExpressionError, mentions
from shuke.expressions.convert import words_for
from shuke.expressions.names import label_of
from shuke.fields.scope import scope


@dataclass(frozen=True, slots=True)
class Mistake:
    """Characters `start` to `end` are wrong."""

    start: int
    end: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Look:
    mistake: Mistake | None = None
    gives: str = ""
    """“Gives a number.”"""
    spoken: str = ""
    """The formula with labels in place of names, where that reads otherwise."""
    expression: Expression | None = None


def look(written: Written, source: str) -> Look:
    """Blank is nothing to look at."""
    if not source.strip():
        return Look()
    try:
        found = written.check(source)
    except ExpressionError as wrong:
        return Look(Mistake(wrong.start, wrong.end, wrong.message))
    return Look(gives=_("Gives %(kind)s.", kind=words_for(found.type.kind)), spoken=spoken(written, source), expression=found)


def spoken(written: Written, source: str) -> str:
    """The formula in people's words, `""` where it would read the same."""
    said = source
    entity, collection = written.via
    before = f"COUNT({collection}, " if entity else ""
    found = mentions(f"{before}{source})" if before else source, written.scope, entity or written.owner, variables=written.place.variables)
    for one in reversed(found):
        start, end = one.start - len(before), one.end - len(before)
        if start < 0:
            continue
        if one.compared is not None:
            options = {option.code: pick(option.label) for option in options_of(written.catalogue, one.owner, one.name)}
            words = options.get(one.compared, one.compared)
        else:
            member = scope(written.catalogue).member(one.owner, one.name)
            words = label_of(member) if member else one.name
        said = said[:start] + words + said[end:]
    return said if said != source else ""

