"""Formulas and conditions while they are being written: what can be named, what is wrong, what comes out."""
