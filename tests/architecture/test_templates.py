"""Screens work under a strict content security policy, and their templates stay small enough to read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "platform").rglob("templates/**/*.html"))
LONGEST = 80
REFUSED = {
    "inline script": re.compile(r"<script(?![^>]*(\ssrc=|type=\"application/json\"))", re.IGNORECASE),
    "inline style": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "htmx attribute that evaluates": re.compile(r"\shx-on|\shx-(vals|headers|vars)\s*=\s*[\"']\s*(js|javascript):", re.IGNORECASE),
    "javascript address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
    "unescaped words": re.compile(r"\|\s*safe\b|autoescape\s+false", re.IGNORECASE),
}
SAME_EVERYWHERE = {"required", "readonly", "Shuke", "Python", "Ctrl", "Del", "Enter", "Esc", "Alt", "Shift", "CSV", "XLSX", "PDF", "API", "OpenAPI", "JSON", "REST", "openapi", "json"}
SEEN_BY_BROWSERS = [path for path in TEMPLATES if "documents" not in path.relative_to(ROOT / "platform").parts[:1]]


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_no_template_has_an(what: str) -> None:
    assert [str(path.relative_to(ROOT)) for path in SEEN_BY_BROWSERS if REFUSED[what].search(path.read_text("utf-8"))] == []


def test_a_template_fits_on_a_screen() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in TEMPLATES}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_no_template_asks_the_database_or_decides_about_rights() -> None:
    asking = re.compile(r"\b(connection\(|execute\(|policy\(|\.may\()")
    assert [str(path.relative_to(ROOT)) for path in TEMPLATES if asking.search(path.read_text("utf-8"))] == []


def test_words_in_templates_can_be_translated() -> None:
    """Text between tags that is not an expression: letters there would stay English in Chinese."""
    jinja, tags = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL), re.compile(r"<[^>]*>|&[a-z]+;|[\w-]+=\"[^\"]*\"")
    letters = re.compile(r"[A-Za-z]{3,}")
    said = {str(path.relative_to(ROOT)): letters.findall(tags.sub(" ", jinja.sub(" ", path.read_text("utf-8")))) for path in SEEN_BY_BROWSERS}
    assert {path: words for path, words in said.items() if set(words) - SAME_EVERYWHERE} == {}
