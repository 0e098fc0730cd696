"""A stored picture."""

from shuke.fields.file import UPLOAD, FileType


class ImageType(FileType):
    name = "image"
    words = "Picture"
    options_schema = {"properties": UPLOAD}
