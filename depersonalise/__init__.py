"""What may be shared?

Treatments, places, domestic incidents, identifiers and the gazetteer. Knows nothing of keys or of
the log, and prints nothing.
"""
