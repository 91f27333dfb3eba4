"""The parts of `exchange.age`: encodings, header, payload and recipients, each in its own file."""
