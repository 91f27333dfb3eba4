"""What the law makes of an authority and asks of a partnership."""
