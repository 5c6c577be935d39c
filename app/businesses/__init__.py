"""Organisations that take part as labelled peers, and the people who act for them."""
