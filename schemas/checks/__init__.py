"""Whether the rows of an extract are right."""
