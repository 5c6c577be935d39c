"""Motions: how members decide together, and the stewards they elect."""
