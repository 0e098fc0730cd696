"""Interim."""

import sqlalchemy as sa

from shuke.access.actor import Actor
from shuke.core.db import connection
from shuke.web.security import membership_table, role_table, user_table


def load_actor(user_id: int, kind: str = "user") -> Actor:
    row = connection().execute(sa.select(user_table.c.first_name).where(user_table.c.id == user_id)).one()
    roles = connection().scalars(
        sa.select(role_table.c.name).join(membership_table, membership_table.c.role_id == role_table.c.id).where(membership_table.c.user_id == user_id)
    )
    return Actor(user_id, kind, row[0], frozenset(roles), locale="")
