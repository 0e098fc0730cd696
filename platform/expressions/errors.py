"""The one error of this package: what is wrong with an expression, and where."""

from shuke.core.errors import PlatformError


class ExpressionError(PlatformError):
    """`message` is a sentence in the reader's language; `start` and `end` are positions in the source."""

    def __init__(self, code: str, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.code, self.start, self.end, self.message = code, start, end, message
