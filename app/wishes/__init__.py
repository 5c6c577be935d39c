"""What members of goal communities wish for together, who pledged, and whether the answer was kept."""
