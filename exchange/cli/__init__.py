"""The command line: arguments in; a result or a refusal, and an exit status, out."""
