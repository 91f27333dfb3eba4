"""How rows that are protected leave."""
