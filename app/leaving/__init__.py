"""Leaving for good: nothing personal stays, and a signed receipt says what is gone."""
