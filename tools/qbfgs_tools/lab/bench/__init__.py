"""`qbfgs lab bench`: what the optimiser takes, beside a BFGS in floats."""
