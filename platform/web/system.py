"""The start of the administration, and what an operator wants to know of this installation."""

import platform
import sys
from importlib.metadata import version

import sqlalchemy as sa
from flask import Response

from shuke.core import clock
from shuke.core.db import connection
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import visitor
from shuke.web.blueprint import blueprint, configuration
from shuke.web.security import user_table


@screen(blueprint, "/admin", permission="administer")
def admin() -> Response:
    """Everything that administrators look after."""
    return render("web/admin.html")


@screen(blueprint, "/admin/system", permission="administer")
def system() -> Response:
    """Versions, the database and the clock."""
    return render(
        "web/system.html", version=version("shuke"), python=".".join(map(str, sys.version_info[:3])), machine=platform.system(),
        database=_database(), published=visitor().version, users=connection().scalar(sa.select(sa.func.count()).select_from(user_table)),
        now=clock.now(), zone=visitor().settings.time_zone, offset=visitor().settings.clock_offset, address=configuration().address,
        is_sandbox=configuration().sandbox,
    )


def _database() -> str:
    """The kind and version of the database; never its address, which may hold a password."""
    dialect = connection().dialect
    return f"{'SQLite' if dialect.name == 'sqlite' else 'PostgreSQL'} {'.'.join(map(str, dialect.server_version_info or ()))}"
