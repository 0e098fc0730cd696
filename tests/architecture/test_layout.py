"""The folders on disk and the layers say the same, and the standard library stays visible."""

import platform
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]


def test_every_folder_has_its_layer() -> None:
    folders = {f"shuke.{path.parent.name}" for path in (ROOT / "platform").glob("*/__init__.py")}
    layers = {name.strip() for row in LINTER["contracts"][0]["layers"] for name in row.split("|")}
    assert folders == layers == set(LINTER["root_packages"])


def test_the_platform_is_no_package_because_that_would_hide_the_standard_library() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert platform.machine()


def test_no_module_lies_directly_in_the_platform() -> None:
    assert not list((ROOT / "platform").glob("*.py"))


def test_the_tests_have_the_folders_of_the_platform() -> None:
    packages = {path.parent.name for path in (ROOT / "platform").glob("*/__init__.py")}
    others = {"architecture", "apps", "templates", "journeys", "browser", "support"}
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert folders <= packages | others
