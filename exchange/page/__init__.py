"""The officer's page: what a quarter asks, in the officer's own browser, on this machine alone."""
