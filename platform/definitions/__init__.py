"""Definitions: the documents administrators write, as frozen dataclasses, with their schemas, versions and drafts."""
