"""What must be shared, and is this file it?

The prescribed datasets as pandera models, their code lists, quarters and deadlines, reading and
parsing extracts, and findings. Knows nothing of keys or people, and prints nothing.
"""
