"""The style sheet and script of govuk-frontend, as the officer's page serves them.

Takes them from the npm package, whose hash npm verifies, and takes away what belongs to GOV.UK
alone: the font GDS Transport, and every image. Writes down what was taken, with hashes.

    python -m release.vendor_page 6.6.0
"""

import csv
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
ASSETS: Final = ROOT / "exchange" / "page" / "assets"
FILES: Final = ("govuk-frontend.min.css", "govuk-frontend.min.js")
_FONT_FACE: Final = re.compile(r"@font-face\s*\{[^}]*\}")
_FONT: Final = re.compile(r'"?GDS Transport"?,\s*')
_IMAGE: Final = re.compile(r"url\(/assets/[^)]*\)")
_MAP: Final = re.compile(r"\n?(/\*#|//#) sourceMappingURL=[^\n]*\n?")


def without_what_is_of_gov_uk(name: str, text: str) -> str:
    """Return a file without fonts, images and the name of its source map."""
    text = _MAP.sub("\n", text)
    if not name.endswith(".css"):
        return text
    return _IMAGE.sub("none", _FONT.sub("", _FONT_FACE.sub("", text)))


def main() -> None:
    version = sys.argv[1]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"govuk-frontend@{version}", "--silent"]
        subprocess.run(command, cwd=folder, check=True)
        (package,) = Path(folder).glob("*.tgz")
        with tarfile.open(package) as tar:
            for name in FILES:
                file = tar.extractfile(f"package/dist/govuk/{name}")
                assert file is not None, name
                published = file.read()
                kept = without_what_is_of_gov_uk(name, published.decode()).encode()
                (ASSETS / name).write_bytes(kept)
                hashes = (hashlib.sha256(one).hexdigest() for one in (published, kept))
                rows.append((name, version, *hashes))
    with (ASSETS / "vendored.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("file", "govuk_frontend", "sha256_published", "sha256"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
