"""Tests of reports and what moderators make of them."""
