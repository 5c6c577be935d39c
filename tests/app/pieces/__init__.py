"""Helpful pieces."""
