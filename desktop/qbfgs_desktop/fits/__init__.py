"""Data sets, fits of models to them, what they predict, and float references."""
