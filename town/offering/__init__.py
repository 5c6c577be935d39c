"""Offers at the places of a file, lived through in its time; each delivery is held against a slow reference."""
