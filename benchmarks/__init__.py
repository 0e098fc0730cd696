"""How fast the product is beside a hand-written application for the same pages."""
