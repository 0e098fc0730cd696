"""What an edit is called, in both languages: it is read by people who read another one than who made it."""

import json
from collections.abc import Callable, Mapping

from shuke.core.i18n import LOCALES, gettext, pick, use_locale

Title = Mapping[str, str]


def both(message: str, /, **values: object) -> Title:
    """The sentence in every language; values that are labels are said in that language too."""
    said = {}
    for language in LOCALES:
        with use_locale(language):
            said[language] = gettext(message, **{name: pick(value) if isinstance(value, Mapping) else value for name, value in values.items()})
    return said


def in_all(words: Callable[[], str]) -> dict[str, str]:
    """What the platform says, in every language."""
    said = {}
    for language in LOCALES:
        with use_locale(language):
            said[language] = words()
    return said


def stored(title: Title) -> str:
    return json.dumps(dict(title), ensure_ascii=False)


def shown(text: str) -> str:
    """A stored title in the reader's language; what programs wrote is shown as it is."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return pick(found) if isinstance(found, dict) else text
