"""Bringing files into the database: areas become location communities, check-ins become history."""
