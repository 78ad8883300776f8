"""Words, scalars and blocks of many runs at once, as arrays."""
