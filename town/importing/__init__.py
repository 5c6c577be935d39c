"""Bringing files into the database: areas become location communities, check-ins history, events what they were."""
