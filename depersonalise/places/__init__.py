"""What the officer's machine knows of places."""
