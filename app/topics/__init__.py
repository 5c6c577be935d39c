"""Interests, goals and values: what communities share, check-ins speak of and offers carry."""
