"""How does it move? The command line, bundles, keys and signatures, the log, stores and reports."""
