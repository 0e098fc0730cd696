"""What things are found by while somebody types: their words in all languages, and the pinyin of those."""

from collections.abc import Callable, Iterable

from shuke.core.i18n import LOCALES, use_locale
from shuke.records.words import keys, normalise


def sought(name: str, words: Callable[[], str]) -> str:
    """By the name and by the words in each language."""
    found = [name]
    for language in LOCALES:
        with use_locale(language):
            found.append(words())
    return joined(found)


def joined(words: Iterable[str]) -> str:
    said = list(dict.fromkeys(normalise(one) for one in words if one))
    return "|".join(dict.fromkeys([*said, *(key for one in said for key in keys(one))]))
