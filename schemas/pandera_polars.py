"""pandera for polars, imported without what is not needed and whatever the environment says.

pandera imports pandas and hypothesis wherever they are installed; pgeocode installs pandas. That
takes more than half of the time in which a command starts, and nothing here has a pandas frame or
draws examples. pandera itself works without them, so they are hidden while it is imported and while
it looks, once, for the backends of its checks. Whatever imports them later finds them.
`pandera.polars` would import its models, decorators and inference too, so what is used here is
imported from where it stands.

PANDERA_USE_NARWHALS_BACKEND in the environment would have other code check the rows; it has no
effect here.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

import polars as pl

_HIDDEN: Final = ("pandas", "hypothesis")


class _WithoutThem:
    """A finder that says of these, in the words that pandera looks for, that there are none."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if name in _HIDDEN:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        return None


sys.meta_path.insert(0, _WithoutThem)
try:
    from pandera.api.checks import Check
    from pandera.api.polars.components import Column
    from pandera.api.polars.container import DataFrameSchema
    from pandera.api.polars.types import PolarsData
    from pandera.config import ValidationDepth, config_context, set_config
    from pandera.errors import SchemaError, SchemaErrors

    set_config(use_narwhals_backend=False)
    # The backends of checks are looked for at the first one, and what was found is kept.
    Check.get_backend(pl.LazyFrame())
finally:
    sys.meta_path.remove(_WithoutThem)

__all__ = [
    "Check",
    "Column",
    "DataFrameSchema",
    "PolarsData",
    "SchemaError",
    "SchemaErrors",
    "ValidationDepth",
    "config_context",
]
