"""Changing a trust contract: all that was said before follows it at once, and so does everything that stands on it."""
