"""Made-up people's names of many origins, drawn by faker from a seed.

Faker knows nothing of this product, so what the product knows cannot help it here. Names that
faker writes in another script are written in Latin letters too, as a records system holds them.
"""

import random
import unicodedata
from functools import cache

from faker import Faker

# English, Polish, Turkish, Indian, Arabic, Chinese, Romanian, Yoruba, Portuguese, Lithuanian.
LOCALES = (
    "en_GB", "pl_PL", "tr_TR", "en_IN", "ar_AA", "zh_CN", "ro_RO", "yo_NG", "pt_PT", "lt_LT",
)  # fmt: skip
SHAPES = ("Forename Surname", "Surname", "forename-surname", "SURNAME, Forename")


@cache
def people(locale: str, count: int) -> tuple[tuple[str, str], ...]:
    """Return distinct pairs of a forename and a surname of one origin."""
    fake = Faker(locale, providers=["faker.providers.person"])  # to make all takes much longer
    fake.seed_instance(f"people {locale}")
    drawn: dict[tuple[str, str], None] = {}
    while len(drawn) < count:
        drawn[_pair(fake, locale)] = None
    return tuple(drawn)


def _pair(fake: Faker, locale: str) -> tuple[str, str]:
    if locale == "zh_CN":
        return fake.first_romanized_name(), fake.last_romanized_name()
    return fake.first_name(), fake.last_name()


def latin(name: str) -> str:
    """Return a name in letters from a to z where its script has them, else as it is."""
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("ı", "i"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def written(pair: tuple[str, str], shape: str) -> str:
    """Return a person's name as somebody types it."""
    forename, surname = pair
    if shape == "Surname":
        return surname
    if shape == "forename-surname":
        return "-".join(latin(f"{forename} {surname}").lower().split())
    if shape == "SURNAME, Forename":
        return f"{surname.upper()} {forename}"  # a comma would end the cell
    return f"{forename} {surname}"


def names_of_all_origins(each: int) -> list[str]:
    """Return names of every origin in every shape, with as many people in each, in random order."""
    texts = {
        written(pair, shape)
        for locale in LOCALES
        for shape in SHAPES
        for pair in people(locale, each)
    }
    ordered = sorted(texts)
    random.Random("names").shuffle(ordered)
    return ordered
