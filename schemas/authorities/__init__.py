"""The local authorities of England and Wales."""
