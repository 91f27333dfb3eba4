"""A partnership that does not exist, played through the same commands as a real one."""
