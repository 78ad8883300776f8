"""Costs that are measured: no gradients, and noise."""
