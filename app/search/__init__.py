"""One search over all that people may find by words, topic, place and time; and the mesh of communities."""
