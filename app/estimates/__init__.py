"""How many people an offer may reach, told to its business before anything is published."""
