"""A stored picture."""

from typing import ClassVar

from shuke.fields.file import UPLOAD, FileType


class ImageType(FileType):
    name = "image"
    words = "Picture"
    options_schema: ClassVar = {"properties": UPLOAD}
