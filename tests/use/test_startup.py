"""What `exchange --help` does not import, so that it is there at once."""

import subprocess
import sys

HEAVY = ("polars", "pandera", "pandas", "cryptography", "numpy", "pyproj", "tomlkit", "rich")


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from exchange.__main__ import main; main(['--help']);"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Commands:" in done.stdout
