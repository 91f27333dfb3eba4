"""Reports for the board: what is in them, and the forms that they are written in."""
