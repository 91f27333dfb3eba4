"""What is shared, measured and attacked."""
