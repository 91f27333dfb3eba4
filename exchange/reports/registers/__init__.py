"""The strategy group's own registers: who sits on it, its meetings, and its plan."""
