"""Formulas with a start from the rows: a file each, with NAMES, FIXED, formula and start(rows)."""
