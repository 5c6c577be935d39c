"""What Hereabouts costs on this machine, with its peers beside it."""
