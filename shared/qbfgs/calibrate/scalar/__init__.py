"""Sensors of one quantity: pairs of a raw reading and its meaning, and what becomes of them."""
