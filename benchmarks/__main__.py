"""Runs the benchmarks from the command line."""

import sys

from benchmarks.run import main

sys.exit(main(sys.argv[1:]))
