"""Businesses as labelled, equal members: asking to be welcome, hearing what members hear, and answering for it."""
