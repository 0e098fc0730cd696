"""Parts of addresses that several screens share."""

RECORD = "<int(max=9223372036854775807):id>"
"""A record's id; a larger number is no address at all."""
