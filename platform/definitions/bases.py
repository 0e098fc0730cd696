"""The packages that were ever installed, by what they hold: what an update is compared with."""

import json

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.sqltypes import UtcDateTime
from shuke.definitions.load import documents_in
from shuke.definitions.packages import Package, package

package_table = sa.Table(
    "sk_package", metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("version", sa.String(20), nullable=False),
    sa.Column("kept_at", UtcDateTime, nullable=False),
    sa.Column("files", sa.Text, nullable=False),  # place → text, as in the package
)


def keep(made: Package) -> None:
    """Remember a package, once."""
    if connection().scalar(sa.select(package_table.c.digest).where(package_table.c.digest == made.digest)) is None:
        files = json.dumps(dict(made.files), ensure_ascii=False)
        connection().execute(sa.insert(package_table).values(digest=made.digest, name=made.name, version=made.version, kept_at=clock.now(), files=files))


def kept(digest: str) -> Package | None:
    """The package with this content, if it was ever installed here."""
    text = connection().scalar(sa.select(package_table.c.files).where(package_table.c.digest == digest)) if digest else None
    return package(documents_in({file: content.encode() for file, content in json.loads(text).items()})) if text else None
