"""What businesses are told at addresses of their own: signed, tried again for a day, and logged."""
