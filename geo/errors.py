"""What can be wrong with what somebody says about where something is."""


class GeoError(ValueError):
    """Something said about where things are cannot be; the message says what, why, and what to do."""


class NotOnTheGlobe(GeoError):
    """What was given is no position on the globe."""


class BadArea(GeoError):
    """What was given is no area that people could be in."""
