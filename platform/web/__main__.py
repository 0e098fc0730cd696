"""Lets `python -m shuke.web` do what the command `shuke` does."""

import sys

from shuke.web.cli import main

sys.exit(main())
