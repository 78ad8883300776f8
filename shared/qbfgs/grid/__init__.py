"""The grid: its scales, texts and points, and the bounds within it."""
