"""What people go to: when and where it is, who goes, and which of them to choose."""
