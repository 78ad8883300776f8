"""Data: sources of rows, their scalings, and samples of both."""

from .sources import DataFile, Table, Window  # noqa: F401
