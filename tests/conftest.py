"""Settings of the whole suite."""

from hypothesis import settings

# The same examples in every run, on every machine, however slow it is.
settings.register_profile("deterministic", derandomize=True, deadline=None, database=None)
settings.load_profile("deterministic")
