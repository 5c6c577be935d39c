"""Communities of interest, goal, value and location, and who chose to belong."""
