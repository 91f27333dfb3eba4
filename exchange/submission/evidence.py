"""The data protection officer's report: what is shared, how it is protected, and what is lost.

Keeps true: it counts, and holds no record; a number of records from 1 to 4 is never shown exactly.
Each setting names its authority: the Regulations, the guidance, the protocol, the partner's own
choice, or a default of this tool.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from depersonalise.depersonalise import depersonalise
from depersonalise.places.postcode_directory import ADDRESSES_EACH, FEWEST_POSTCODES, LEAST
from depersonalise.policy import Domestic
from depersonalise.release.release import axes_of
from depersonalise.risk.absence import Absences, absences
from depersonalise.risk.intruder import Attack
from depersonalise.risk.measures import Loss, Measures, losses, measure
from depersonalise.treatment_counts import TreatmentCounts
from exchange.submission.parts import Part
from exchange.submission.plan import Plan
from exchange.submission.policy import sent_before
from exchange.submission.prepare import Prepared
from exchange.submission.preview import column_detail
from exchange.submission.summary import account_rows
from exchange.submission.verdict import chance_limit, few, verdict
from exchange.text import number_ranges
from schemas.datasets.dataset import SMALLEST, Place

_GUIDANCE: Final = "guidance to the duty (Delivering Safer Communities, 2007)"
_DEFAULT: Final = "a cautious default of this tool"


def measure_extract(plan: Plan) -> list[dict[str, Any]]:
    """Return the evidence for the data protection officer, one for each partnership; no record.

    Raises:
        RulesBroken: the extract breaks rules, so nothing of it would be shared.
        Usage: the plan keeps no rows.
    """
    if refusal := plan.refusal("was not measured"):
        raise refusal
    plan.check_keeps_rows()
    return [gather(prepared, part) for prepared in plan.prepared for part in prepared.parts]


def gather(prepared: Prepared, part: Part) -> dict[str, Any]:
    """Measure what would be shared to one partnership, and put it in words and numbers."""
    measures = measure(part.checked, part.shared)
    missing = absences(part.checked, part.shared)
    bare = _without_cover(part) if missing is not None else {}
    names = list(dict.fromkeys(card.partner for card in part.register.cards.values()))
    account = part.shared.treatment_counts
    return {
        "dataset": prepared.dataset.id,
        "title": prepared.dataset.title,
        "prescribed": f"Prescribed by {prepared.dataset.paragraph}",
        "less_precise": prepared.dataset.shared_less_precisely,
        "partner": part.settings.partner,
        "partnership": part.register.name,
        "covered": str(prepared.covered),
        "recipients": names,
        "verdict": verdict(measures, missing, account),
        "missing": _missing_rows(missing),
        "account": [(words, few(n)) for words, n in account_rows(prepared)],
        "settings": _settings(prepared, part),
        "columns": [(name, how, few(n)) for name, how, n in column_detail(part.shared)],
        "reasons": _reasons(account),
        "groups": _groups(measures),
        "drivers": _drivers(measures),
        "differencing": _differencing(part),
        "intruder": _intruder(measures),
        "kept": [_loss(name, loss, bare.get(name)) for name, loss in measures.losses.items()],
        "kept_by_reason": [
            (name, why, few(before), few(after))
            for name, loss in measures.losses.items()
            for why, (before, after) in loss.by_reason.items()
        ],
        "counts": {name: _counts(loss) for name, loss in measures.losses.items()},
    }


def _settings(prepared: Prepared, part: Part) -> list[tuple[str, str, str]]:
    policy, protocol = part.shared.policy, part.register.protocol
    dataset = policy.with_allowed_place(prepared.dataset)
    by_protocol = f"the protocol (log {protocol.position})" if protocol else _DEFAULT
    no_squares = policy.place == "lsoa" and dataset.place is Place.LSOA
    stricter = dataset.place is not prepared.dataset.place or no_squares
    place = "LSOA, otherwise outward code" if no_squares else dataset.place.value
    authority = by_protocol if stricter else _PLACED_BY.get(dataset.place, _DEFAULT)
    settings = [("most precise place", place, authority)]
    if dataset.time != "none" and not dataset.axes:  # which say below how finely all rows leave
        settings.append(("most precise time", dataset.time, _DEFAULT))
    rows = "all rows" if dataset.axes else "protected rows"
    if not dataset.is_numbers:
        axes_found = axes_of(prepared.dataset, policy.version_of(prepared.dataset))
        axes = "; ".join(f"{a.name}: {', '.join(a.levels)}" for a in axes_found)
        settings += [
            (f"smallest group of {rows}", f"{policy.smallest} rows", by_protocol),
            ("levels of detail allowed", axes, _DEFAULT),
        ]
    if "domestic" in dataset.fields:
        settings.append(("recorded domestic incidents", _DOMESTIC[policy.domestic], _GUIDANCE))
    if dataset.place is Place.LSOA and not policy.place:
        settings.append(_squares(part))
    if part.settings.protected:
        settings.append(("protected places", "a list kept by the partner", "the partner's choice"))
    settings.append(
        (
            "the source's reference number",
            "never shared, nor a hash of it",
            "section 17A(4) of the Act",
        )
    )
    return settings


_DOMESTIC: Final = {
    Domestic.GENERALISE: "outward code, month and six-hour band, or less detail",
    Domestic.WITHHOLD: "withheld; only their number is shared",
    Domestic.PERSONAL: "shared apart, as personal data, only with partners that signed that clause",
}


# Who set the most precise place, where it is no default.
_PLACED_BY: Final = {
    Place.OUTWARD_ONLY: (
        f"{_GUIDANCE}; the Regulations' general postcode address; cannot be changed"
    ),
    Place.POINT: "already published at this detail",
}


def _squares(part: Part) -> tuple[str, str, str]:
    if part.shared.policy.directory is None:
        return ("grid squares", "none: no postcode directory on this computer", _DEFAULT)
    value = (
        f"the smallest square with {LEAST} addresses in the row's district, counting each postcode "
        f"in use as {ADDRESSES_EACH}; outward codes with fewer than {FEWEST_POSTCODES} postcodes "
        "become the district"
    )
    return (
        "grid squares",
        value,
        "eight addresses, as on data.police.uk; the rest is " + _DEFAULT,
    )


def _reasons(account: TreatmentCounts) -> list[tuple[str, str]]:
    reasons = [(why, few(n)) for why, n in account.reasons.items() if why]
    others = {
        "cover for sensitive rows": account.cover,
        "of all these: located only by district": account.by_district,
        "withheld (small group)": account.withheld,
        "held until the quarter is complete": account.held,
        "recorded domestic incidents, not shared with the others": account.domestics,
    }
    return reasons + [(why, few(n)) for why, n in others.items() if n]


def _groups(measures: Measures) -> list[tuple[str, ...]]:
    by_name = {
        "rows protected by grouping": measures.protected,
        "all other rows": measures.others,
    }
    return [
        (name, few(g.rows), str(g.smallest), few(g.alone), few(g.few),
         f"{g.kinds[0]}, {g.kinds[1]}" if g.kinds else "no categories")
        for name, g in by_name.items()
        if g is not None
    ]  # fmt: skip


def _drivers(measures: Measures) -> list[tuple[str, str]]:
    groups = measures.others or measures.protected
    return [(name, few(n)) for name, n in groups.drivers.items()] if groups else []


def _differencing(part: Part) -> str:
    account = part.shared.treatment_counts
    sent = sent_before(part.settings, part.register, part.shared.dataset, part.shared.covered)
    if not sent:
        return "Nothing was shared before for these dates, so there is nothing to compare."
    entries = number_ranges(s.position for s in sent)
    if part.shared.policy.earlier is None:
        return (
            f"Not compared with the earlier submission (log {entries}). To compare it: "
            "--passphrase-file FILE"
        )
    return (
        f"Compared with the earlier submission for these dates (log {entries}). Records that were "
        f"shared before stay as they were shared: {few(account.late)} of them were shared in "
        f"detail and would be protected now, and {few(account.gone)} generalised rows stay "
        "although the file no longer has their record. New records are protected in groups of at "
        f"least {part.shared.policy.smallest} that look the same."
    )


def _intruder(measures: Measures) -> list[tuple[str, ...]]:
    attacks = [_attack(name, attack) for name, attack in measures.intruder.items()]
    if measures.naive is not None:
        attacks.append(
            _attack("for comparison: if only the reference number were removed", measures.naive)
        )
    return attacks


def _attack(name: str, attack: Attack) -> tuple[str, ...]:
    return (
        name,
        few(attack.targets),
        few(attack.identified),
        f"{attack.chance:.1%}",
        f"{attack.worst:.1%}",
    )


def _without_cover(part: Part) -> dict[str, Loss]:
    """Return what analysts would lose if sensitive rows had no cover."""
    policy = replace(part.shared.policy, has_cover=False)
    return losses(part.checked, depersonalise(part.checked, secrets.token_bytes, policy))


def _missing_rows(missing: Absences | None) -> list[tuple[str, ...]]:
    strata = missing.by_stratum if missing is not None else {}
    return [
        (name, few(absence.rows), few(absence.missing), f"{absence.base:.0%}",
         f"{absence.chance:.0%}", f"{chance_limit(name):.0%}")
        for name, absence in strata.items()
        if absence.sensitive >= SMALLEST
    ]  # fmt: skip


def _loss(name: str, loss: Loss, bare: Loss | None) -> tuple[str, ...]:
    """Return the rows with one detail before and after, and after if there were no cover."""
    before, after = loss.rows
    kept = (after, bare.rows[1] if bare is not None else None)
    shares = [f"{n / before:.1%}" if n is not None and before >= SMALLEST else "" for n in kept]
    return (name, few(before), few(after), *shares)


def _counts(loss: Loss) -> Sequence[tuple[str, str, str]]:
    return [(value, few(before), few(after)) for value, (before, after) in loss.counts.items()]
