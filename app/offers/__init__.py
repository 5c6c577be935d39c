"""What businesses give, and the gate through which an offer reaches a person, or does not."""
