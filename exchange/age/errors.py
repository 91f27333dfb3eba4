"""Why an age file could not be opened: a class for each cause that has a remedy of its own."""


class AgeError(Exception):
    """Something about an age file, key or passphrase."""


class KeyTextBroken(AgeError):
    """The text of an identity or a recipient is not one."""


class NoIdentityMatches(AgeError):
    """The file is sound as far as can be seen, but not for any of the identities given."""


class HeaderBroken(AgeError):
    """The file's beginning is not an age header, or was altered or cut."""


class HeaderForOthers(HeaderBroken):
    """One of the file's recipients is not a post-quantum one, or its stanza is not well formed."""


class PayloadBroken(AgeError):
    """The file's content was altered."""


class PayloadCutShort(PayloadBroken):
    """The file's content ends before its end."""
