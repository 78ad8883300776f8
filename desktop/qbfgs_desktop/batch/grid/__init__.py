"""Where many runs stand."""
