"""What leaves, measured and attacked."""
