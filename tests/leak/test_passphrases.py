"""A passphrase is asked for, or read from a file or a keyring; it is never an argument."""

from tests.lib.commands import every_command


def test_no_option_takes_a_passphrase_itself():
    options = [one for command in every_command().values() for one in command.params]
    words = {word for option in options for word in option.opts}
    found = {word for word in words if "pass" in word or "secret" in word}
    assert found == {"--passphrase-file"}
