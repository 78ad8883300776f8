"""The inverse Hessians of many runs."""
