"""What of offers was redeemed at tills, and what was bought without one; taking it back."""
