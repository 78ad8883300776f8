"""What qbfgs is compared with: floats, SciPy, and the problems in real numbers."""
