"""The programs' face: REST under /api/v1, its description and its interactive page."""

from shuke.api import dashboards, definitions, documents, ledgers, openapi, page, records, search, uploads
from shuke.api.blueprint import OPERATIONS, PREFIX, blueprint

__all__ = ["OPERATIONS", "PREFIX", "blueprint", "dashboards", "definitions", "documents", "ledgers", "openapi", "page", "records", "search", "uploads"]
