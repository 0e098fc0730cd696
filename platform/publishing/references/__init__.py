"""Every place in every document that names something: what uses it, and renaming it everywhere."""

from shuke.publishing.references.model import ROLES, Reference, Target
from shuke.publishing.references.renaming import rename, rename_all, renamed
from shuke.publishing.references.walking import references, references_in, used

__all__ = ["ROLES", "Reference", "Target", "references", "references_in", "rename", "rename_all", "renamed", "used"]
