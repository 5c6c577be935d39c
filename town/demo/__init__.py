"""Halfway, a made-up town in the middle of the Atlantic, for those without data of their own."""
