"""The strategic assessment."""
