"""The life that is erased."""

from tests.app.leaving.lives import full_life

__all__ = ["full_life"]
