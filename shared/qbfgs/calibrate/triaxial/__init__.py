"""Sensors of three axes in a field of one length: readings, directions, ellipsoid, correction."""
