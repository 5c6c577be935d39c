"""One search over all that people may find by words, topic, place and time."""
