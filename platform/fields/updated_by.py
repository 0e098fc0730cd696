"""Who changed a record last."""

from shuke.fields.stamps import UserStamp


class UpdatedByType(UserStamp):
    name = "updated_by"
    words = "Updated by"
