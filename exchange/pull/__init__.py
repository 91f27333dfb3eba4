"""What partners shared, opened and merged, and the counts that are made from it."""
