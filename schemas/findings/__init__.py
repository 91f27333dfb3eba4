"""What can be wrong with an extract, and how it is said."""
