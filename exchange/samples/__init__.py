"""Made-up extracts, workbooks to fill in, and the demonstration."""
