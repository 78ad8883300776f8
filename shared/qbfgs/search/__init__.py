"""Which step next: Armijo's rule, rounding, compensation, and the neighbours of a point."""
