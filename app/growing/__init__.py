"""What could grow: communities that are noticed where people meet, and those that may be for somebody."""
