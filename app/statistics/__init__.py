"""What communities are like, in numbers from which nobody learns of anybody: drawn once a period, and never again."""
