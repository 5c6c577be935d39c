"""Named points to check in at."""
