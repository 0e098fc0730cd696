"""The platform knows no business, the template knows no Python, and nothing below the faces knows the web."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUSINESS = re.compile(r"\b(customers?|loyalty|complaints?|redeem\w*|redemptions?|membership cards?|salespersons?|shop clerks?|earn_points)\b", re.IGNORECASE)
TEXTS = (".py", ".html", ".json", ".js", ".css", ".txt", ".lark")
ABOVE_PUBLISHING = ("screens", "runtime", "api", "builder", "web")
WEB = re.compile(r"^\s*(?:from|import) (flask|werkzeug|flask_appbuilder|flask_\w+)\b", re.MULTILINE)


def _texts(folder: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in TEXTS and "vendor" not in path.parts and path.is_file()]


def test_the_platform_does_not_speak_of_the_business_of_any_template() -> None:
    said = [
        f"{path.relative_to(ROOT)}: {match[0]}" for path in _texts("platform") if path.name != "common_passwords.txt"
        for match in BUSINESS.finditer(path.read_text("utf-8"))
    ]
    assert said == []


def test_the_platform_names_no_entity_of_the_template() -> None:
    """A literal such as `"order"` in a comparison would be a rule that only one template needs."""
    entities = {path.stem for path in (ROOT / "apps").glob("*/*/entities/*.json")} - {"contact", "level", "order", "card", "product"}
    quoted = re.compile(rf"""["']({"|".join(sorted(entities))})["']""")
    said = [f"{path.relative_to(ROOT)}: {match[0]}" for path in _texts("platform") if path.suffix == ".py" for match in quoted.finditer(path.read_text("utf-8"))]
    assert said == []


def test_templates_are_configuration_without_any_python() -> None:
    assert [path for path in (ROOT / "apps").rglob("*.py") if path.relative_to(ROOT / "apps").as_posix() != "__init__.py"] == []
    assert (ROOT / "apps" / "__init__.py").read_text("utf-8").strip() == ""
    strange = [path for path in (ROOT / "apps").rglob("*") if path.is_file() and path.suffix not in (".json", ".py", ".pyc")]
    assert strange == []


@pytest.mark.parametrize("package", sorted(path.parent.name for path in (ROOT / "platform").glob("*/__init__.py") if path.parent.name not in ABOVE_PUBLISHING))
def test_only_the_faces_know_the_web(package: str) -> None:
    assert {match[1] for path in (ROOT / "platform" / package).rglob("*.py") for match in WEB.finditer(path.read_text("utf-8"))} == set()


def test_only_the_security_engine_knows_flask_appbuilder() -> None:
    users = {
        path.relative_to(ROOT / "platform").as_posix() for path in (ROOT / "platform").rglob("*.py")
        if re.search(r"^\s*(?:from|import) flask_appbuilder", path.read_text("utf-8"), re.MULTILINE)
    }
    assert users <= {"web/security.py"}


def test_nothing_is_evaluated_as_python() -> None:
    call = re.compile(r"(?<![\w.])(eval|exec|compile|__import__)\(")
    assert [str(path.relative_to(ROOT)) for path in (ROOT / "platform").rglob("*.py") if call.search(path.read_text("utf-8"))] == []
