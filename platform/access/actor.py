"""Whoever acts: a user, the scheduler, an API key, a public form."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is the record id in the system entity `user` (0: nobody). Frozen; made once for a user and security epoch."""

    id: int
    kind: str
    """`user`, `api`, `system` or `public`."""
    name: str
    roles: frozenset[str] = frozenset()
    unit: int | None = None
    units: tuple[int, ...] = ()
    """My unit and all below it."""
    kin: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Unit kind → the units at and below my nearest ancestor (or self) of that kind."""
    subordinates: tuple[int, ...] = ()
    """Users below me in the reporting line, without me."""
    locale: str = "zh"
    reason: str = ""
    """Why the system acts; written to the history."""
    through: "Actor | None" = None
    """Who looks as this actor to see what it sees: no more than what both may, and nothing can be changed."""

    @classmethod
    def system(cls, reason: str) -> "Actor":
        """Acts without limits; each use says why."""
        return cls(0, "system", "system", reason=reason)

    @property
    def rights(self) -> Hashable:
        """Equal for actors with the same grants: what is kept for roles is kept under this."""
        return self.roles if self.through is None else (self.roles, self.through.roles)

    @property
    def is_system(self) -> bool:
        return self.kind == "system"
