"""Where people are now, as far as known, and the location memberships that come and go with it."""
