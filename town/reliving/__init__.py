"""Check-ins of a file lived through in their own time: what grows where nobody founds it, and what it tells."""
