"""When a record was made."""

from shuke.fields.stamps import InstantStamp


class CreatedAtType(InstantStamp):
    name = "created_at"
    words = "Created at"
