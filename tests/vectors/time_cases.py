"""Logs that witnesses have seen: when an entry came, as others than its own authority prove it."""

from collections.abc import Iterable

from tests.vectors.case import NIL, Q2, Q3, Case, begun, case
from tests.vectors.world import TUESDAY, said, witness

AT = 5  # the position of the police's return, of which all of them tell
DAY = 24 * 60 * 60
Look = tuple[str, int, int]  # who, how many entries, and days after the first look


def _seen(comment: str, looks: Iterable[Look], *proved: int | None, backwards: str = "") -> Case:
    """Return a case in which a return came between two looks.

    Args:
        proved: The days by which it was not there, by which one other authority saw it, and two;
            None where that is not proved.
    """
    world = begun()
    for dataset, covered in (("police-crime", Q2), ("police-crime", Q3), ("police-asb", Q3)):
        world.add("police", "nil", **said("police", **NIL | {"dataset": dataset}, covered=covered))
    for who, size, day in looks:
        world.cosign(who, size, when=TUESDAY + day * DAY)
    times = " ".join("-" if day is None else str(TUESDAY + day * DAY) for day in proved)
    headers = {"times": f"{AT} police {times}"}
    if backwards:
        headers["backwards"] = witness(backwards).public_key().public_bytes_raw().hex()
    return Case(world, comment, "6.4", headers=headers)


@case
def times_that_others_prove() -> Case:
    looks = [("fire", 5, 0), ("ambulance", 5, 1), ("fire", 6, 3), ("ambulance", 7, 4)]
    return _seen("two have seen it absent, and two there", looks, 0, 3, 4)


@case
def times_that_one_authority_proves() -> Case:
    looks = [("fire", 4, 0), ("fire", 5, 1), ("fire", 6, 3)]
    return _seen("one authority makes nobody late", looks, None, 3, None)


@case
def times_of_its_own_authority() -> Case:
    looks = [("police", 5, 0), ("fire", 5, 1), ("police", 6, 2), ("fire", 7, 4)]
    return _seen("the signer's own authority proves nothing of it", looks, None, 4, None)


@case
def times_of_an_old_copy() -> Case:
    looks = [("fire", 5, 0), ("council", 5, 1), ("ambulance", 6, 2), ("council", 5, 6)]
    return _seen("seen absent after it was seen there: in an old copy", looks, 0, 2, None)


@case
def times_of_the_second_last() -> Case:
    looks = [("fire", 4, 0), ("council", 5, 1), ("ambulance", 5, 2), ("fire", 6, 3)]
    return _seen("the second-last of three who saw it absent", looks, 1, 3, None)


@case
def times_of_one_that_goes_backwards() -> Case:
    looks = [("fire", 5, 0), ("council", 5, 1), ("ambulance", 7, -9), ("ambulance", 5, 2)]
    looks += [("fire", 6, 3), ("council", 7, 4)]
    comment = "a witness saw more nine days before it saw less: it proves no time"
    return _seen(comment, looks, 0, 3, 4, backwards="ambulance")


@case
def times_nobody_proves() -> Case:
    return _seen("nobody has looked", [], None, None, None)
