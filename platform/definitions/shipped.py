"""The templates that come with the product."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from shuke.definitions.load import load_template
from shuke.definitions.packages import Package, package, unpack


def template_folder(name: str) -> Path:
    """A template of the product by its name, or any folder."""
    shipped = _folder() / name
    return shipped if shipped.is_dir() else Path(name)


@cache
def shipped() -> tuple[Package, ...]:
    """All templates that come with the product."""
    return tuple(package(load_template(one.parent)) for one in sorted(_folder().glob("*/template.json")))


def read_package(path: Path) -> Package:
    """A template's folder, or the file of a package."""
    return package(load_template(path)) if path.is_dir() else unpack(path.read_bytes())


def _folder() -> Path:
    return Path(str(files("shuke.apps")))
