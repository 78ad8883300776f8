"""NIST's nonlinear regressions with certified values: files, formulas, and what solves them."""
