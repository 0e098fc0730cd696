"""The blueprint of the API and its table of operations: what is served is described, by the same call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint

from shuke.core.i18n import Label
from shuke.screens.screen import MEBIBYTE, Transaction, screen

PREFIX = "/api/v1"

blueprint = Blueprint("api", __name__, url_prefix=PREFIX, template_folder="templates")

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an address: `path`, `query` or `header`."""

    name: str
    place: str
    about: Label
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as it is described. `body` and `answer` name a shape of `openapi.py`; `{entity}` in it is filled in."""

    name: str
    method: str
    rule: str
    about: Label
    tag: str
    parameters: tuple[Parameter, ...]
    body: str
    answer: str
    status: int
    entity_right: str
    """With it the operation is listed once for each entity on which the actor has this right."""
    permission: str


OPERATIONS: list[Operation] = []
"""Every operation of the API, in the order of the description."""


def operation(
    method: str, rule: str, about: Label, *, tag: str, parameters: Sequence[Parameter] = (), body: str = "", answer: str = "", status: int = 200,
    entity_right: str = "", permission: str = "signed_in", transaction: Transaction | None = None, max_bytes: int = MEBIBYTE,
) -> Callable[[Function], Function]:
    """Serve the function to programs that bring a token, and describe it."""
    unit_of_work: Transaction = transaction or ("read" if method == "GET" else "write")

    def declare(function: Function) -> Function:
        OPERATIONS.append(Operation(
            function.__name__, method, rule, about, tag, tuple(parameters), body, answer, status, entity_right, permission,
        ))
        return screen(
            blueprint, rule, permission=permission, methods=(method,), transaction=unit_of_work, authentication="token", max_bytes=max_bytes,
        )(function)

    return declare
