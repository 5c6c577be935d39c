"""Helpful pieces: what to look for, written by members and by businesses for a community, and whether it was of use."""
