"""Maps the folder `platform/` to the import name `shuke`; a package list in pyproject.toml would have to be kept by hand."""

from setuptools import find_packages, setup

setup(
    package_dir={"shuke": "platform", "shuke.apps": "apps", "shuke.i18n": "i18n"},
    packages=["shuke", "shuke.apps", "shuke.i18n"] + [f"shuke.{name}" for name in find_packages("platform")],
    package_data={"": ["templates/**/*", "static/**/*", "fonts/*", "schemas/**/*", "system/**/*", "**/*.json", "**/*.po", "**/*.mo", "*.lark", "*.txt", "py.typed"]},
)
