"""Errors the platform raises on purpose; each carries sentences for the person who can act on it."""

from collections.abc import Mapping, Sequence


class PlatformError(Exception):
    """Base of every deliberate error."""


class UnknownName(PlatformError):
    """Configuration names something that is not in a registry or catalogue."""

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no {kind} {name!r}. Known: {', '.join(known)}.")
        self.kind, self.name, self.known = kind, name, tuple(known)


class InvalidInput(PlatformError):
    """Input did not pass; `by_field` maps a field (or `""` for the whole, `lines.0.quantity` for a part) to sentences."""

    def __init__(self, by_field: Mapping[str, Sequence[str]]) -> None:
        self.by_field = {name: tuple(sentences) for name, sentences in by_field.items()}
        super().__init__("; ".join(f"{name}: {' '.join(said)}" if name else " ".join(said) for name, said in self.by_field.items()))


class NotFound(PlatformError):
    """The thing is absent, or the actor may not know that it exists; both look the same."""


class NotAllowed(PlatformError):
    """The actor sees the thing but may not do this with it; the message says why."""


class Conflict(PlatformError):
    """Somebody saved before you; `theirs` are the values in the database now, `revision` their revision."""

    def __init__(self, message: str, *, revision: int = 0, theirs: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.revision = revision
        self.theirs = dict(theirs or {})
