"""What the commands print of a protocol."""

from collections.abc import Callable

from exchange.cli import console
from exchange.log.log import Log
from exchange.submission.protocol import protocol_rows, settings_not_followed
from partners.entries.protocol import PublishProtocol


def say_published(published: PublishProtocol, show: Callable[[str], None]) -> None:
    """Show the settings of a protocol."""
    for name, value in protocol_rows(published):
        show(f"  {name:<28}{value}")


def warn_of_unsupported_settings(published: PublishProtocol, log: Log) -> None:
    """Say what a protocol in the log says, and the tool does not do."""
    console.notices(tuple(settings_not_followed(published, log.register)))
