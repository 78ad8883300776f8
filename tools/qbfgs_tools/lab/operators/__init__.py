"""Operators watched: counted for `qbfgs lab operators`, checked for the word proof."""
