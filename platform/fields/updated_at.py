"""When a record was last changed."""

from shuke.fields.stamps import InstantStamp


class UpdatedAtType(InstantStamp):
    name = "updated_at"
    words = "Updated at"
