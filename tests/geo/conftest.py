"""How long hypothesis looks for counterexamples to the rules of geo."""

from hypothesis import settings

# A busy machine breaks no rule, so examples have no deadline.
settings.register_profile("geo", deadline=None, max_examples=60)
settings.load_profile("geo")
