"""What came of offers, and what a business hears of itself: in numbers from which it learns of nobody."""
