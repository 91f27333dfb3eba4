"""The log of the partnership: read, verified, added to and witnessed."""
