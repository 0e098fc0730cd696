"""Who made a record."""

from shuke.fields.stamps import UserStamp


class CreatedByType(UserStamp):
    name = "created_by"
    words = "Created by"
