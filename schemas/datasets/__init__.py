"""The datasets, each declared once."""
