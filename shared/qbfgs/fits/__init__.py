"""The face for readings: numbers with functions and slopes, formulas, and what fits them."""
