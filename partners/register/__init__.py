"""The register: what the entries of a log add up to, and by which rules they count."""
