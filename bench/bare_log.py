"""The floor of reading a log: read its files, parse each as JSON, verify one signature for each."""

import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

key = Ed25519PrivateKey.generate()
public = key.public_key()
text = b"x" * 2000
signature = key.sign(text)
for path in sorted(Path(sys.argv[1]).iterdir()):
    json.loads(path.read_bytes().partition(b"\n\n")[0])
    public.verify(signature, text)
