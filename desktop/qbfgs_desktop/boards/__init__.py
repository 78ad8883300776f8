"""A board's report, read and made anew at the desk."""
