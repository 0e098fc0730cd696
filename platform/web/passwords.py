"""What a password has to be: long enough, not a common one, not made of words that belong to the account."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from shuke.core.errors import InvalidInput
from shuke.core.i18n import gettext as _

SHORTEST = 8
SHORTEST_ADMINISTRATOR = 12
LONGEST = 256
_SHORTEST_CONTEXT_WORD = 4


def check_password(password: str, *, administrator: bool, context: Iterable[str], field: str = "password") -> None:
    """Refuse a weak password; `context` are the user's name, the company's name and the like."""
    shortest = SHORTEST_ADMINISTRATOR if administrator else SHORTEST
    if len(password) < shortest:
        raise InvalidInput({field: [_("The password needs at least %(count)s characters.", count=shortest)]})
    if len(password) > LONGEST:
        raise InvalidInput({field: [_("The password may have at most %(count)s characters.", count=LONGEST)]})
    if _plain(password) in common_passwords():
        raise InvalidInput({field: [_("This password is one of the most common ones. Choose another.")]})
    if _is_made_of(_plain(password), context):
        raise InvalidInput({field: [_("The password must not be made of the names of the user or the company.")]})
    if len(set(password)) < _SHORTEST_CONTEXT_WORD:
        raise InvalidInput({field: [_("The password repeats too few characters.")]})


@cache
def common_passwords() -> frozenset[str]:
    return frozenset(files("shuke.web").joinpath("common_passwords.txt").read_text("utf-8").split())


def _is_made_of(password: str, context: Iterable[str]) -> bool:
    """Does little remain of the password without the context words?"""
    rest = password
    for word in sorted((_plain(word) for text in context for word in (text, *text.replace("@", " ").replace(".", " ").split())), key=len, reverse=True):
        if len(word) >= _SHORTEST_CONTEXT_WORD:
            rest = rest.replace(word, "")
    return len(rest) < len(password) and len(rest.strip("0123456789!@#$%.-_ ")) < _SHORTEST_CONTEXT_WORD


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
