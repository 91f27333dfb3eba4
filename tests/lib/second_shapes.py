"""The fields of entries and cards, from docs/spec/log.md and nothing of ours; clauses by number."""

import calendar
import re
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], bool]
KINDS = [
    "police", "fire", "council", "county", "district", "health", "ambulance", "probation",
    "policing-body", "other",
]  # fmt: skip
ROLES = ["liaison", "analyst", "coordinator"]
SPANS = """
    0-1f 7f-a0 ad 600-605 61c 6dd 70f 890 891 8e2 1680 180e 2000-200f 2028-202f 205f-206f 3000
    d800-f8ff fdd0-fdef feff fff0-fffb 110bd 110cd 13430-1343f 1bca0-1bca3 1d173-1d17a e0000-e00ff
    f0000-10ffff
"""
BANDS = {"0", "1-4"}
for zeros in range(16):
    BANDS.add(f"{5 * 10**zeros}-{10 ** (zeros + 1) - 1}")
for zeros in range(1, 16):
    BANDS.add(f"{10**zeros}-{5 * 10**zeros - 1}")


def _unprintable() -> list[range]:  # 3.4
    found = [range(plane * 65536 - 2, plane * 65536) for plane in range(1, 18)]
    for span in SPANS.split():
        first, _, last = span.partition("-")
        found.append(range(int(first, 16), int(last or first, 16) + 1))
    return found


UNPRINTABLE = _unprintable()


def like(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def printable(value: Any, most: int) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= most
        and not any(ord(one) in span for one in value for span in UNPRINTABLE)
    )


def line(value: Any) -> bool:  # 3.2
    return printable(value, 200) and any(one != " " for one in value)


def note(value: Any) -> bool:  # 5.17
    return printable(value, 1000)


def number(value: Any) -> bool:
    return type(value) is int and value >= 0


def flag(value: Any) -> bool:
    return value is True or value is False


def day(value: Any) -> bool:  # 3.3
    if not like("[0-9]{4}-[0-9]{2}-[0-9]{2}")(value):
        return False
    year, month, of_month = map(int, value.split("-"))
    if year < 1 or not 1 <= month <= 12:
        return False
    return 1 <= of_month <= calendar.monthrange(year, month)[1]


def moment(value: Any) -> bool:  # 3.3
    if not like("[0-9-]{10}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")(value) or not day(value[:10]):
        return False
    hour, minute, second = map(int, value[11:-1].split(":"))
    return "1970" <= value[:4] <= "2999" and hour < 24 and minute < 60 and second < 60


def quarter(value: Any) -> bool:  # 3.3
    return like("[1-9][0-9]{3}Q[1-4]")(value)


def band(value: Any) -> bool:  # 3.2
    return isinstance(value, str) and value in BANDS


def maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def listed(check: Check, least: int = 0, most: int = 1000) -> Check:
    return lambda value: (
        isinstance(value, list) and least <= len(value) <= most and all(map(check, value))
    )


def table(key: Check, check: Check) -> Check:
    return lambda value: (
        isinstance(value, dict)
        and len(value) <= 1000
        and all(key(k) and check(v) for k, v in value.items())
    )


def fields(**checks: Check) -> Check:
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == checks.keys()
        and all(check(value[name]) for name, check in checks.items())
    )


def covered(value: Any) -> bool:  # 5.14
    if not fields(first=day, last=day)(value):
        return False
    first, last = value["first"], value["last"]
    same = first[:4] == last[:4] and (int(first[5:7]) - 1) // 3 == (int(last[5:7]) - 1) // 3
    return same and first <= last and "1000" <= first[:4] <= "9998"


slug = like("[a-z0-9]+(-[a-z0-9]+){0,10}")
hash_ = like("[0-9a-f]{64}")
id_ = like("[0-9a-f]{32}")
origin = like("[a-z0-9-]{1,60}/[0-9a-f]{32}")
part = like("[a-z0-9-]{0,40}")
text = like(r"[\s\S]{1,8192}")
areas = listed(  # 5.13
    fields(
        code=like("[A-Z][0-9]{8}"), first=maybe(day), last=maybe(day), name=line,
        lsoas=listed(like("[EW]01[0-9]{6}"), most=2000),
        outward=listed(like("[A-Z0-9]{2,4}"), most=3000),
    ),
    1, 100,
)  # fmt: skip
OWN = {"partner": slug, "officer": slug}
RETURN = OWN | {"dataset": slug, "part": part, "covered": covered}
ENTRY = OWN | {"entry": id_, "reason": slug}
COMMON = fields(
    format=number, origin=origin, id=id_, kind=slug, time=moment,
    seen=fields(size=number, root=hash_),
)  # fmt: skip
kinds = listed(lambda value: value in KINDS, 1, len(KINDS))
CARD = fields(  # 5.2
    format=lambda value: type(value) is int and value in (1, 2), origin=origin, partner=slug,
    name=line, kinds=kinds, officer=slug,
    roles=listed(lambda value: value in ROLES, 1, len(ROLES)), contact=line,
    recipient=like("age1pq1[02-9ac-hj-np-z]{1900,2000}"), signer=hash_, witness=hash_, made=moment,
)  # fmt: skip
SHAPES: dict[str, Check] = {
    "found": fields(
        name=line, nation=like("england|wales"), areas=areas, first_quarter=like("[0-9]{4}Q[1-4]"),
        cards=listed(text, 2, 2),
    ),
    "enrol": fields(card=text),
    "revoke": fields(key=hash_, reason=slug),
    "change-areas": fields(areas=areas),
    "publish-protocol": fields(
        title=line, sha256=hash_, size=number, smallest=number, personal=flag, witnesses=number,
        domestic=table(slug, like("withhold")), places=table(slug, like("lsoa|outward")),
        minutes=listed(slug), local=table(slug, listed(slug, 1)), review=maybe(day),
        behalf=listed(fields(by=slug, dataset=slug, of=slug)),
    ),
    "sign-protocol": fields(protocol=id_, sha256=hash_, personal=flag),
    "nominate": fields(**OWN, nominee=slug, deputy=flag),
    "submit": fields(
        **RETURN, quarter=quarter, schema=number, personal=flag, content=hash_,
        counts=fields(rows_in=band, accepted=band, left_out=table(slug, band)),
        treatments=fields(
            places=table(line, band), generalised=table(line, band), smallest=number,
            domestic=like("generalise|withhold|personal"),
        ),
        recipients=listed(fields(who=like("[a-z0-9/-]{3,200}"), key=hash_), 1),
        bundle=fields(sha256=hash_, size=number), payload=fields(sha256=hash_),
    ),
    "nil": fields(**RETURN, reason=slug),
    "not-held": fields(
        **OWN, dataset=slug, first=quarter, last=maybe(quarter), held=flag, reason=slug
    ),
    "withdraw": fields(**ENTRY),
    "purge": fields(**ENTRY),
    "settle": fields(common=number, given_up=listed(hash_, 1, 800)),
    "succeed": fields(old=slug, new=slug, on=day, begun=flag),
    "assess": fields(
        **OWN, requirement=slug, answer=like("yes|no|in-part|not-applicable"), position=note,
        action=note, owner=note, page=note, by=maybe(day),
    ),
    "reinstate": fields(partner=slug),
    "answer": fields(
        **OWN,
        answers=listed(
            fields(
                requirement=slug, on=day, position=note, action=note, owner=note, milestone=note,
                pages=note, by=maybe(day), meeting=maybe(day), review=maybe(day),
                state=like(
                    "met|in-part|not-met|not-applicable|waits-county|waits-health|waits-external"
                    "|waits-terms|waits-plan|to-consider"
                ),
            ),
            1, 200,
        ),
    ),
    "record": fields(
        **OWN, rows=listed(fields(table=slug, id=slug, cells=table(slug, note)), 1, 200)
    ),
    "adopt": fields(
        dataset=slug, title=line, schema=number, minutes=flag, first=quarter,
        holders=listed(
            fields(kind=lambda v: v in KINDS, certain=flag, first=maybe(day), last=maybe(day)),
            1, 20,
        ),
    ),
    "edition": fields(quarter=quarter, size=number),
    "correct-partner": fields(authority=slug, name=line, kinds=kinds, first=quarter),
    "suspend": fields(**ENTRY, suspended=flag),
}  # fmt: skip


ANSWERS = listed(fields(query=slug, reason=slug), 0, 100)


SETTLED = fields(
    common=number, given_up=listed(hash_, 0, 800),
    trees=listed(fields(size=number, root=hash_), 0, 100),
)  # fmt: skip


def is_common(entry: dict) -> bool:  # 2.2
    names = ("format", "origin", "id", "kind", "time", "seen")
    return COMMON({name: entry.get(name) for name in names})


DEADLINES = table(slug, fields(every=like("month|quarter"), days=number))


def is_shaped(kind: str, own: dict, form: int) -> bool:  # 5
    if kind == "settle" and form >= 6:  # 5.15
        return SETTLED(own)
    own, answers = dict(own), form < 6 or kind != "submit"
    if not answers:  # 5.9
        answers = ANSWERS(own.pop("answers", None))
    deadlines = kind != "publish-protocol" or DEADLINES(own.pop("deadlines", {}))  # 5.6
    if not (answers and deadlines and SHAPES[kind](own)):
        return False
    if kind == "correct-partner":
        return len(set(own["kinds"])) == len(own["kinds"])
    if kind != "submit":
        return True
    first = own["covered"]["first"]
    return own["quarter"] == f"{first[:4]}Q{(int(first[5:7]) - 1) // 3 + 1}"


def is_card(card: dict) -> bool:  # 5.2
    return CARD(card) and len(set(card["kinds"])) == len(card["kinds"])


def depth(value: Any) -> int:  # 3.1
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)
