"""Who is in the builder is known for half a minute, on both databases."""

from datetime import timedelta

from shuke.builder import presence
from shuke.core import clock
from shuke.core.db import connection


def test_others_are_seen_with_their_latest_place_and_forgotten_after_half_a_minute(database):
    with database.write():
        presence.note(1, "Ada", "")
        presence.note(1, "Ada", "entity/book")
        presence.note(2, "Ben", "")
        assert [(one.name, one.place) for one in presence.others(2)] == [("Ada", "entity/book")]
        table = presence.presence_table
        connection().execute(table.update().values(seen_at=clock.now() - presence.SEEN - timedelta(seconds=1)))
        assert presence.others(2) == []
