"""All screens of this package; importing it declares them."""

from shuke.web import account, api_tokens, company, first_run, people, roles, signing_in, system, units
from shuke.web.blueprint import blueprint

__all__ = ["account", "api_tokens", "blueprint", "company", "first_run", "people", "roles", "signing_in", "system", "units"]
