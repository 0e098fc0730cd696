"""Panels of properties: inputs for every keyword of a document, made from the schemas that check it."""
