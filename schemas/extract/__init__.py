"""An extract as it comes from its source, read into typed rows."""
