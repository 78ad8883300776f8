"""Integers within a machine word: scalars, blocks, sums, functions, and what is wider."""
