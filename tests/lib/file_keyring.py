"""A keyring in a file: a back end that the keyring package loads by its own configuration."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend

FILE = "EXCHANGE_TEST_KEYRING"
ENVIRONMENT = {"PYTHON_KEYRING_BACKEND": f"{__name__}.FileKeyring"}


class FileKeyring(KeyringBackend):
    """Keeps passphrases by service and name, for processes that share no memory."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        kept = self._kept() | {f"{service} {username}": password}
        self._file.write_text(json.dumps(kept), encoding="utf-8")

    def _kept(self) -> dict[str, str]:
        return json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}

    @property
    def _file(self) -> Path:
        return Path(os.environ[FILE])
