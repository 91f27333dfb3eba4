"""Entries of the log: their fields, kind by kind, and the one form that each is written in."""
