"""Apps that people have on their phones already: OwnTracks, Traccar Client, Overland."""
