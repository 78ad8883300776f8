"""The next steps of many runs."""
