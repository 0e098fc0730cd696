"""All screens of this package; importing it declares them."""

from shuke.web import (
    account,
    api_tokens,
    brand,
    company,
    first_run,
    installable,
    look,
    numbers,
    operation,
    oversight,
    people,
    public_forms,
    roles,
    seeing,
    signed_in,
    signing_in,
    system,
    units,
)
from shuke.web.blueprint import blueprint

__all__ = [
    "account", "api_tokens", "blueprint", "brand", "company", "first_run", "installable", "look", "numbers", "operation", "oversight", "people", "public_forms", "roles",
    "seeing", "signed_in", "signing_in", "system", "units",
]
