"""Boards and interpreters that this machine can run."""
