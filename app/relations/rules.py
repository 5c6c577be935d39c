"""Decisions about what people are to one another, on plain values."""

#: How many people one person may block.
MOST_BLOCKS = 1_000
