"""The composition of the product: the application, security, the administration's screens and the command line."""

import shuke.automation  # noqa: F401 - from its import on, published rules react to what is saved
