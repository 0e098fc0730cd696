"""Input as people type it: full-width signs become their plain forms outside of text, each in its place."""

from shuke.core.i18n import gettext as _
from shuke.expressions.errors import ExpressionError

_SIGNS = {ord(full): plain for full, plain in zip("，。×÷−　、；", ",.*/- ,,", strict=True)}
_SIGNS |= {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}


def normalise(source: str) -> str:
    """The source with plain signs; as long as before, so that positions stay true."""
    parts: list[str] = []
    position = 0
    while position < len(source):
        if source[position] in '"“”＂':
            end = _end_of_text(source, position)
            parts.append('"' + source[position + 1 : end - 1] + '"')
        elif source[position] in "{｛":
            end = _end_of_name(source, position)
            parts.append("{" + source[position + 1 : end - 1] + "}")
        else:
            end = _next_text(source, position)
            parts.append(source[position:end].translate(_SIGNS))
        position = end
    return "".join(parts)


def _end_of_text(source: str, start: int) -> int:
    closing = '"' if source[start] == '"' else '"”＂'
    position = start + 1
    while position < len(source):
        if source[position] in closing:
            if source[position : position + 2] != '""':
                return position + 1
            position += 1
        position += 1
    raise ExpressionError("unfinished_text", start, len(source), _("The text that begins here has no closing quotation mark."))


def _end_of_name(source: str, start: int) -> int:
    for position in range(start + 1, len(source)):
        if source[position] in "}｝":
            return position + 1
    raise ExpressionError("unfinished_name", start, len(source), _("The name that begins here has no closing brace."))


def _next_text(source: str, start: int) -> int:
    return next((position for position in range(start, len(source)) if source[position] in '"“”＂{｛'), len(source))
