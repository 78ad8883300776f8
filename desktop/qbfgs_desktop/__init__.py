"""The desktop twin of qbfgs: exact oracle, baselines, lattice optima, the paper's own rule.

It shares problems and the quantizer with the core, and derives everything else on its own.
"""
