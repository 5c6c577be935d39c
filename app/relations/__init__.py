"""How people stand to one another: who will have nothing to do with whom."""
