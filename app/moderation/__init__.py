"""What people report, what moderators make of it, and how that can be gone back over."""
