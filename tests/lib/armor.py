"""age files as text, as another implementation would write them."""

import base64

BEGIN, END = b"-----BEGIN AGE ENCRYPTED FILE-----\n", b"-----END AGE ENCRYPTED FILE-----\n"


def armored(data: bytes) -> bytes:
    """Return an age file in armour."""
    text = base64.b64encode(data)
    lines = [text[start : start + 64] + b"\n" for start in range(0, len(text), 64)]
    return b"".join([BEGIN, *lines, END])
