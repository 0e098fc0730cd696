#!/usr/bin/env python3
"""The Chinese words of the code: `tools/catalogues.py` merges the parts, `check` says what is missing, doubled or no longer said."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "i18n" / "zh" / "parts"
MERGED = ROOT / "i18n" / "zh" / "LC_MESSAGES" / "messages.po"
CALLS = frozenset({"_", "both", "gettext", "ngettext", "sentence"})
ATTRIBUTES = frozenset({"words"})
"""Attributes of classes whose text is translated where it is shown."""
_HEADER = """\
# Merged from i18n/zh/parts by tools/catalogues.py; change the parts.
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True)
class Said:
    """A sentence of the code and where it stands."""

    text: str
    place: str


def main(arguments: list[str]) -> int:
    problems, merged = merge()
    if arguments[:1] == ["check"]:
        problems += check(merged)
        if not MERGED.is_file() or MERGED.read_text("utf-8") != written(merged):
            problems.append(f"{MERGED.relative_to(ROOT)} is not what the parts say; run tools/catalogues.py.")
    elif not problems:
        MERGED.parent.mkdir(parents=True, exist_ok=True)
        MERGED.write_text(written(merged), "utf-8")
    print("\n".join(problems) or f"{len(merged)} messages in Chinese.")
    return 1 if problems else 0


def merge() -> tuple[list[str], Catalog]:
    """All parts in one catalogue, and the messages that two parts translate differently."""
    problems, merged = [], Catalog(locale="zh")
    for path in sorted(PARTS.glob("*.po")):
        with path.open("rb") as opened:
            part = read_po(opened, locale="zh")
        for message in part:
            if not message.id:
                continue
            known = merged.get(_key(message))
            if known is None:
                merged.add(message.id, message.string)
            elif known.string != message.string:
                problems.append(f"{path.name}: “{_key(message)}” is translated differently in another part.")
    return problems, merged


def written(catalogue: Catalog) -> str:
    body = BytesIO()
    write_po(body, catalogue, width=0, sort_output=True, omit_header=True, no_location=True)
    return _HEADER + body.getvalue().decode("utf-8")


def check(merged: Catalog) -> list[str]:
    said = list(from_code()) + list(from_templates())
    problems = [f"{one.place}: no Chinese for “{one.text}”." for one in _first(said) if not _translated(merged, one.text)]
    spoken = {one.text for one in said} | all_texts()
    for message in merged:
        if not message.id:
            continue
        if _key(message) not in spoken:
            problems.append(f"Nobody says “{_key(message)}” any more; take it out of its part.")
        problems += _differing(message)
    return problems


def from_code() -> Iterator[Said]:
    """The literal sentences given to gettext, and the words of classes that are translated when shown."""
    for path in sorted((ROOT / "platform").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            for text in _sentences(node):
                yield Said(text, place)


def _sentences(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(text)), *_rest]) if name in CALLS:
            yield text
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))) if name in ATTRIBUTES and text:
            yield text


def from_templates() -> Iterator[Said]:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for path in sorted((ROOT / "platform").rglob("templates/**/*.html")):
        for line, _function, message in environment.extract_translations(path.read_text("utf-8")):
            text = message[0] if isinstance(message, tuple) else message
            if text:
                yield Said(text, f"{path.relative_to(ROOT)}:{line}")


def all_texts() -> set[str]:
    """Every text in the code: what is translated only where it is used still stands somewhere."""
    return {
        node.value for path in (ROOT / "platform").rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _first(said: list[Said]) -> Iterator[Said]:
    seen = set()
    for one in said:
        if one.text not in seen:
            seen.add(one.text)
            yield one


def _key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def _translations(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, (tuple, list)) else [message.string or ""]


def _translated(merged: Catalog, text: str) -> bool:
    message = merged.get(text)
    return message is not None and all(_translations(message))


def _differing(message: Message) -> list[str]:
    """The Chinese fills in the same values as the English; of a plural's forms the one for many counts."""
    english = message.id[-1] if isinstance(message.id, (tuple, list)) else message.id
    names = set(_PLACEHOLDER.findall(english))
    return [f"“{_key(message)}”: the placeholders differ in Chinese." for text in _translations(message) if text and set(_PLACEHOLDER.findall(text)) != names]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
