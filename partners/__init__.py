"""Who shares?

Authorities and their officers, the types of log entry and their canonical bytes, and the register,
replayed from entries whose signatures others have verified. Reads no files and prints nothing.
"""
