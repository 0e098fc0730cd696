"""Which passwords are refused, and why."""

import pytest

from shuke.core.errors import InvalidInput
from shuke.web.passwords import check_password, common_passwords

CONTEXT = ("lihua", "Li Hua", "lihua@riverside.example", "Riverside Books")


def allowed(password: str, *, administrator: bool = False) -> bool:
    try:
        check_password(password, administrator=administrator, context=CONTEXT)
    except InvalidInput:
        return False
    return True


@pytest.mark.parametrize("password", ["tea with two sugars", "Kestrel-41", "喝茶看书听雨声", "zwölf Boxkämpfer", "        secret of spaces"])
def test_a_password_needs_length_and_nothing_else(password: str) -> None:
    assert allowed(password) is (len(password) >= 8)


@pytest.mark.parametrize("password", ["short", "1234567", "password1", "PASSWORD1", "ｐａｓｓｗｏｒｄ１", "iloveyou", "qwertyuiop", "aaaaaaaaaaaa", "lihua2024", "Riverside1!", "riverside.books", "x" * 257])
def test_weak_passwords_are_refused(password: str) -> None:
    assert not allowed(password)


def test_administrators_need_twelve_characters() -> None:
    assert allowed("Kestrel-41x")
    assert not allowed("Kestrel-41x", administrator=True)
    assert allowed("Kestrel-41xy", administrator=True)


def test_the_list_holds_three_thousand_passwords_that_would_be_long_enough() -> None:
    assert len(common_passwords()) == 3000
    assert all(len(password) >= 8 for password in common_passwords())
