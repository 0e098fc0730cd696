"""Each registry is a literal list, and a contract test runs over all of its entries."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MADE = re.compile(r"^([A-Z][A-Z_]+)(?::[^=\n]+)? = Registry\(", re.MULTILINE)
REGISTRIES = {
    match[1]: path for path in sorted((ROOT / "platform").rglob("*.py")) for match in MADE.finditer(path.read_text("utf-8"))
}


def test_the_registries_are_there() -> None:
    assert {"FIELD_TYPES", "FUNCTIONS", "VIEW_KINDS", "TRIGGERS", "ACTIONS"} <= set(REGISTRIES)


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_a_contract_test_runs_over_every_entry_of(name: str) -> None:
    looped = re.compile(rf"(parametrize\([^\n]*\b{name}\b|\bin (?:sorted\(|list\(|tuple\()?{name}\b|=\s*(?:sorted|list|tuple)\({name}\b)")
    package = REGISTRIES[name].relative_to(ROOT / "platform").parts[0]
    assert [path for path in (ROOT / "tests" / package).rglob("test_*.py") if looped.search(path.read_text("utf-8"))] != []


def test_the_entries_stand_in_a_literal_list() -> None:
    for name, path in REGISTRIES.items():
        assert re.search(rf"^{name}(?::[^=\n]+)? = Registry\(\s*\"[^\"]+\",\s*[\[(]", path.read_text("utf-8"), re.MULTILINE), path
