"""The packages that were ever installed, by what they hold: what an update is compared with."""

import json
from dataclasses import asdict

import sqlalchemy as sa

from shuke.core import clock
from shuke.core.db import connection, metadata
from shuke.core.sqltypes import UtcDateTime
from shuke.definitions.load import documents_in
from shuke.definitions.packages import Need, Package, package

package_table = sa.Table(
    "sk_package", metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("version", sa.String(20), nullable=False),
    sa.Column("kept_at", UtcDateTime, nullable=False),
    sa.Column("files", sa.Text, nullable=False),  # place → text, as in the package
    sa.Column("needs", sa.Text, nullable=False),
)


def keep(made: Package) -> None:
    """Remember a package, once."""
    if connection().scalar(sa.select(package_table.c.digest).where(package_table.c.digest == made.digest)) is None:
        connection().execute(sa.insert(package_table).values(
            digest=made.digest, name=made.name, version=made.version, kept_at=clock.now(), files=json.dumps(dict(made.files), ensure_ascii=False),
            needs=json.dumps([asdict(need) for need in made.needs], ensure_ascii=False),
        ))


def kept(digest: str) -> Package | None:
    """The package with this content, if it was ever installed here."""
    table = package_table.c
    row = connection().execute(sa.select(table.files, table.needs).where(table.digest == digest)).first() if digest else None
    if row is None:
        return None
    documents = documents_in({file: text.encode() for file, text in json.loads(row.files).items()})
    return package(documents, [Need(**need) for need in json.loads(row.needs)])
