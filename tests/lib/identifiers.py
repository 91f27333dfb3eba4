"""Identifiers planted in coded fields and in sentences, and innocent texts like them.

All come from faker, from its locales and formats and from a seed, and nothing from the product's
own patterns, so that what is measured is not what was built in. What faker has no provider for (NHS
numbers, references, grid references, what3words) is filled into formats that its owners publish.
"""

import random
from collections.abc import Callable

from faker import Faker

from schemas.codes.lists import LISTS
from tests.lib.ground import postcodes
from tests.lib.people import LOCALES, SHAPES, people, written

COUNT = 400  # of each kind
ABROAD = {
    "pl_PL": "+48", "tr_TR": "+90", "fr_FR": "+33", "de_DE": "+49", "ro_RO": "+40", "it_IT": "+39",
    "lt_LT": "+370", "pt_PT": "+351", "en_IN": "+91",
}  # fmt: skip
_SENTENCES = ("{}", "see {}", "as told by {} yesterday", "{} again")
_DATES = (
    "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d %B %Y", "%d %b %y",
    "%d-%b-%Y", "%B %d, %Y", "%d%m%Y", "%Y%m%d", "%d %m %Y",
)  # fmt: skip
_REFERENCES = (
    "CAD ####", "CAD#### of today", "CAD:####/##", "cad ####", "CAD-####", "URN ##??#######",
    "##??#######", "## ?? ##### ##", "URN:######", "%######/26", "????/#####/26", "42/#####/26",
    "?? #######/26", "Crime ref %#######/26", "INC-2026####-####", "log 1###",
)  # fmt: skip
_GRIDS = ("S? ### ###", "T? ######", "S? #### ####", "N?########", "SU ##### #####")
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXY"
_KINDS = (  # what is drawn here; to make all kinds takes much longer
    "address", "automotive", "company", "date_time", "internet", "lorem", "passport", "person",
    "phone_number", "ssn",
)  # fmt: skip


_FAKES: dict[tuple[str, str], Faker] = {}


def _fake(locale: str = "en_GB", seed: str = "") -> Faker:
    if (locale, seed) not in _FAKES:
        kinds = [f"faker.providers.{kind}" for kind in _KINDS]
        _FAKES[locale, seed] = Faker(locale, providers=kinds)
        _FAKES[locale, seed].seed_instance(f"identifiers {locale} {seed}")
    return _FAKES[locale, seed]


def _draw_from_the_start() -> None:
    """Have each function draw the same, whatever others drew before it in this process."""
    for (locale, seed), fake in _FAKES.items():
        fake.seed_instance(f"identifiers {locale} {seed}")


def _filled(form: str) -> str:
    """Fill a format in: # is a digit, % one that is not 0, ? a letter."""
    return _fake().bothify(form, letters=_LETTERS)


def _nhs(draw: random.Random) -> str:
    while True:
        nine = draw.choice("467") + "".join(str(draw.randrange(10)) for _ in range(8))
        check = (11 - sum(int(d) * (10 - i) for i, d in enumerate(nine)) % 11) % 11
        if check < 10:
            break
    a, b, c = nine[:3], nine[3:6], nine[6:] + str(check)
    forms = ("{}{}{}", "{} {} {}", "{}-{}-{}", "{}.{}.{}", "NHS{}{}{}", "NHS No: {} {} {}",
             "nhs {}{}{}", "NHS number {}-{}-{}", "NHS:{}{}{}")  # fmt: skip
    return draw.choice(forms).format(a, b, c)


def _telephone(draw: random.Random) -> str:
    if draw.random() < 0.3:
        locale = draw.choice(list(ABROAD))
        number = _fake(locale).phone_number()
        return (
            number if number.startswith(("+", "00")) else f"{ABROAD[locale]} {number.lstrip('0')}"
        )
    number = draw.choice((_fake().phone_number, _fake().cellphone_number))()
    return draw.choice(("", "", "TEL", "Tel: ", "mob ", "Phone:")) + number


def _postcode(draw: random.Random) -> str:
    text = _fake().postcode()
    outward, inward = text.split(" ")
    return draw.choice(
        (
            text, text.lower(), f"{outward}{inward}", f"{outward}{inward}".lower(),
            f"{outward}  {inward}", f"{outward} {inward[0]} {inward[1:]}", f"{outward}-{inward}",
            f"{outward}\u00a0{inward}", f"{outward}.{inward}", f"postcode {text}",
        )
    )  # fmt: skip


def _email(draw: random.Random) -> str:
    fake = _fake(draw.choice(("en_GB", *ABROAD)))
    return draw.choice((fake.email, fake.safe_email, fake.company_email, fake.free_email))()


def _user_name(draw: random.Random) -> str:
    """Return an e-mail address without its domain."""
    first, last = _fake().first_name(), _fake().last_name()
    text = f"{first}.{last}".replace(" ", "").replace("'", "")
    return draw.choice((text.lower(), text, f"{first[0]}.{last}".lower(), f"{text.lower()}@"))


def _plate(draw: random.Random) -> str:
    old = draw.choice(("?%# ???", "?### ???", "??? ##?", "??? ###?"))
    text = _fake().license_plate() if draw.random() < 0.7 else _filled(old)
    without = text.replace(" ", "")
    return draw.choice(
        (text, without, without.lower(), text.replace(" ", "-"), f"VRM {text}", f"reg {without}")
    )


def _dateless(draw: random.Random) -> str:
    forms = ("??? ###", "???##", "?? ####", "??###", "? ####", "#### ??", "### ???", "???# ", "##?")
    return _filled(draw.choice(forms)).strip()


def _nino(draw: random.Random) -> str:
    text = _fake().ssn()
    return draw.choice((text, text.replace(" ", ""), text.lower(), f"NI {text}"))


def _day(draw: random.Random) -> str:
    """Return a day of birth."""
    return _fake().date_of_birth(minimum_age=3, maximum_age=95).strftime(draw.choice(_DATES))


def _born(draw: random.Random) -> str:
    """Return a day of birth that is said to be one."""
    day = _day(draw)
    glued = ("DOB:", "dob") if day[0].isdigit() else ("DOB: ",)
    return draw.choice((*glued, "DOB ", "D.O.B. ", "born ", "date of birth ")) + day


def _coordinates(draw: random.Random) -> str:
    if draw.random() < 0.3:
        return _filled(draw.choice(_GRIDS))
    latitude, longitude = 50 + draw.random() * 8, -6 + draw.random() * 8
    return draw.choice(
        ("{:.4f}, {:.4f}", "{:.5f},{:.5f}", "{:.6f} {:.6f}", "{:.5f}; {:.5f}")
    ).format(latitude, longitude)


def _passport(draw: random.Random) -> str:
    return draw.choice(("", "", "passport ", "Passport No. ")) + _fake().passport_number()


def _three_words(draw: random.Random) -> str:
    words = [w for w in _fake("en_US").words(12) if len(w) > 3]
    return draw.choice(("///", "/// ", "")) + ".".join(words[:3])


def _street_address(draw: random.Random) -> str:
    fake = _fake()
    text = draw.choice(
        (fake.street_address(), f"{fake.building_number()} {fake.street_name()}", fake.address())
    )
    return draw.choice((text, text.replace("\n", ", ")))


def _sentence(draw: random.Random) -> str:
    return _fake().sentence(nb_words=16)


DRAWN: dict[str, Callable[[random.Random], str]] = {
    "full postcode": _postcode,
    "e-mail address": _email,
    "e-mail address without a domain": _user_name,
    "telephone number": _telephone,
    "National Insurance number": _nino,
    "NHS number": _nhs,
    "vehicle registration": _plate,
    "vehicle registration without a year": _dateless,
    "property number (UPRN)": lambda _: _filled("1000########"),
    "date of birth": _born,
    "date": _day,
    "reference number (CAD, URN, crime)": lambda draw: _filled(draw.choice(_REFERENCES)),
    "coordinates": _coordinates,
    "passport number": _passport,
    "what3words": _three_words,
    "street address": _street_address,
    "sentence": _sentence,
}
# In sentences a date is no identifier, and nothing else of these is looked for.
ONLY_CODED = (
    "vehicle registration without a year", "e-mail address without a domain", "date", "sentence",
)  # fmt: skip
# What is not promised, because it can't be told from what leaves by right; measured all the same.
NOT_PROMISED = ("vehicle registration without a year",)


def planted(kind: str, *, coded: bool) -> list[str]:
    """Return texts that hold an identifier of a kind: alone in a coded field, or in a sentence."""
    _draw_from_the_start()
    draw = random.Random(f"{kind} {coded}")
    texts = [DRAWN[kind](draw) for _ in range(COUNT)]
    if coded:
        return texts
    return [draw.choice(_SENTENCES).format(text) for text in texts]


def names(locale: str, *, coded: bool) -> list[str]:
    """Return names of people of one origin, alone in a coded field or in a sentence."""
    draw = random.Random(f"names {locale} {coded}")
    texts = [written(pair, draw.choice(SHAPES)) for pair in people(locale, COUNT // len(LOCALES))]
    return texts if coded else [draw.choice(_SENTENCES).format(text) for text in texts]


def innocent(*, coded: bool) -> list[str]:
    """Return what stands in coded fields by right, or in the sentences of officers."""
    _draw_from_the_start()
    draw = random.Random(11)
    if coded:
        return sorted(published_codes() | _places() | _local_codes())
    labels = {code.label for one in LISTS for code in one.codes.values()}
    endings = ("Street", "Road", "Court", "Park")
    streets = {f"{_fake().first_name()} {draw.choice(endings)}" for _ in range(160)}
    sentences = {_fake("en_US").sentence() for _ in range(300)}
    dated = {
        f"the export of {_fake().date('%d %B %Y')} has {draw.randrange(9999):,} records"
        for _ in range(100)
    }
    return sorted(labels | streets | sentences | dated | set(_REASONS))


def published_codes() -> set[str]:
    """Return every code of every published list."""
    return {code for one in LISTS for code in one.codes}


def _places() -> set[str]:
    outward = {p.text.split(" ")[0] for p in postcodes()} | {
        _fake().postcode().split(" ")[0] for _ in range(300)
    }
    lsoas = {p.lsoa for p in postcodes()} | {f"W0100{n:04d}" for n in range(0, 1900, 50)}
    points = {f"{p.east // 100 * 100:06d} {p.north // 100 * 100:06d}" for p in postcodes()}
    points |= {
        f"{east:06d} {north:06d}"
        for east in range(83_000, 99_000, 900)
        for north in (9_000, 12_500)
    }
    schools = {str(100_000 + 37 * n) for n in range(300)} | {str(8_502_000 + n) for n in range(300)}
    districts = {f"E0{n}0000{m:02d}" for n in (6, 7, 8, 9) for m in range(1, 40)}
    return outward | lsoas | points | schools | districts


def _local_codes() -> set[str]:
    """Return codes as authorities make them up: an English word or three."""
    fake = _fake("en_US", "local")
    return {"-".join(fake.words(count)).lower() for count in (1, 2, 3) for _ in range(250)}


_REASONS = (
    "the station in the High Street closed in July 2026",
    "records are typed up a week late since 2026-08-01",
    "a new estate north of the A303, about 120 houses",
    "the export was run twice on 04/08/2026; the second replaces it",
    "code 105A is used for 8N since April, as agreed on 1 April 2026",
    "Operation Marble ran from 3 to 17 August",
    "Victoria and Albert wards are counted together",
    "half of the records of WZ1 and SO51 have no time",
    "1,815 records; 541 of them without a category",
    "in 2025/26 there were 1,204, in 2024/25 only 980",
    "version 2.10.3 of the records system went live on 12 May",
    "see data.police.uk for E01000001 and the ward beside it",
)
