"""Charts drawn as SVG on the server: for paper, for pages that are printed, and where no JavaScript runs."""
