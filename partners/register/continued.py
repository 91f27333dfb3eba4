"""A list that goes on where an earlier one ended, whose items are made when they are asked for."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar, overload

T = TypeVar("T")


class Continued(Generic[T]):
    """A list whose first items a function makes when asked for, and to which others are added."""

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._count, self._make = count, make
        self._made: dict[int, T] = {}
        self._added: list[T] = []

    def __len__(self) -> int:
        return self._count + len(self._added)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        """Return an item, or a list of some."""
        if isinstance(at, slice):
            return [self[position] for position in range(len(self))[at]]
        position = range(len(self))[at]
        if position >= self._count:
            return self._added[position - self._count]
        if position not in self._made:
            self._made[position] = self._make(position)
        return self._made[position]

    def __iter__(self) -> Iterator[T]:
        return (self[position] for position in range(len(self)))

    def append(self, item: T) -> None:
        """Add an item at the end."""
        self._added.append(item)
