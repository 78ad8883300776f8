"""The optimiser on exact rationals, written anew: what the core is held against."""
