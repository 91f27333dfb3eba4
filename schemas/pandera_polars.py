"""pandera for polars, imported without pandas and whatever the environment says.

pandera imports pandas wherever it is installed, and pgeocode installs it; that takes more than half
of the time in which a command starts, and nothing here has a pandas frame. pandera itself works
without pandas, so pandas is hidden while it is imported and while it looks, once, for
the backends of its checks. Whatever imports pandas later finds it.

PANDERA_USE_NARWHALS_BACKEND in the environment would have other code check the rows; it has no
effect here.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

import polars as pl


class _WithoutPandas:
    """A finder that says of pandas, in the words that pandera looks for, that there is none."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if name == "pandas":
            raise ModuleNotFoundError("No module named 'pandas'", name="pandas")
        return None


sys.meta_path.insert(0, _WithoutPandas)
try:
    import pandera.polars as pa
    from pandera.config import ValidationDepth, config_context, set_config
    from pandera.errors import SchemaError, SchemaErrors

    set_config(use_narwhals_backend=False)
    # The backends of checks are looked for at the first one, and what was found is kept.
    pa.Check.get_backend(pl.LazyFrame())
finally:
    sys.meta_path.remove(_WithoutPandas)

__all__ = ["SchemaError", "SchemaErrors", "ValidationDepth", "config_context", "pa"]
