"""Where a partnership's log and bundles lie: storage that the partners already have."""
