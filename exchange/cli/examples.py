"""Two examples for each command, which its help ends with."""

from typing import Final

EXAMPLES: Final = {
    "status": ("status --mine", "status --calendar deadlines.ics"),
    "check": ("check crime.csv", "check crime.csv --report errors.xlsx"),
    "preview": ("preview crime.csv", "preview crime.csv --evidence for-the-dpo.html"),
    "submit": ("submit crime.csv", "submit crime.csv --dataset police-crime --dates 2026Q3"),
    "open": ("open", "open --no-browser"),
    "nil": ("nil police-transport --dates 2026Q3", "nil police-transport --dates 2026-07"),
    "withdraw": (
        "withdraw 18 --reason wrong-file",
        "withdraw 18 --delete --reason sent-in-error",
    ),
    "pull": ("pull tables", "pull tables --quarter 2026Q3 --csv"),
    "report compliance": (
        "report compliance -o board.html",
        "report compliance --year 2026/27 -o board.html -o board.xlsx",
    ),
    "report requirements": (
        "report requirements -o requirements.html",
        "report requirements --form position -o requirements.xlsx",
    ),
    "report assessment": (
        "report assessment tables --year 2026 -o assessment.html",
        "report assessment tables --year 2026/27 -o assessment.xlsx",
    ),
    "report county": (
        "report county -o county.html",
        "report county --year 2026 --assessment tables -o county.html",
    ),
    "report table": (
        "report table tables --rows theme --columns month -o themes.csv",
        "report table tables --rows outward --only theme=violence -o places.xlsx",
    ),
    "report edition": ("report edition 2026Q3", "report edition 2026Q3 --yes"),
    "report answer": (
        "report answer 12 --answer met",
        'report answer 12 --answer in-part --owner "community safety manager"',
    ),
    "verify": ("verify", "verify --log-only"),
    "partnership create": (
        'partnership create "Westshire CSP" --store S:/csp --area E07000093="Test Valley"',
        'partnership create "Westshire CSP"',
    ),
    "partnership join": (
        "partnership join --founding westshire.founding --store S:/csp",
        "partnership join",
    ),
    "partnership adopt": (
        "partnership adopt",
        "partnership adopt police-asb --from 2027Q1",
    ),
    "partnership area list": ("partnership area list", "partnership area list --json"),
    "partnership area add": (
        'partnership area add E07000093="Test Valley" --outward SP10,SP11',
        'partnership area add E07000093="Test Valley" --from 2028-04-01',
    ),
    "partnership area set": (
        "partnership area set E07000093 --outward SP10,SP11",
        'partnership area set E07000093 --name "Test Valley Borough"',
    ),
    "partnership area end": (
        "partnership area end E07000093 --on 2028-03-31",
        "partnership area end E07000093 --on 2028-03-31 --yes",
    ),
    "partnership protocol publish": (
        "partnership protocol publish protocol.pdf --review 2027-10-01",
        "partnership protocol publish protocol.pdf --smallest 10",
    ),
    "partnership protocol sign": (
        "partnership protocol sign protocol.pdf",
        "partnership protocol sign protocol.pdf --personal-data",
    ),
    "partnership protocol show": (
        "partnership protocol show",
        "partnership protocol show --json",
    ),
    "partner add": (
        "partner add council-safety.card police-liaison.card",
        "partner add fire-liaison.card",
    ),
    "partner list": ("partner list", "partner list --on 2027-04-01"),
    "partner edit": (
        "partner edit westshire-fire --kind fire",
        'partner edit westshire-fire --name "Westshire Fire and Rescue" --from 2027Q2',
    ),
    "partner liaison": ("partner liaison liaison", "partner liaison analyst --deputy"),
    "partner not-held": (
        "partner not-held police-welfare --from 2026Q3 --reason not-recorded",
        "partner not-held police-welfare --from 2027Q1 --reason held-again",
    ),
    "partner replace": (
        "partner replace old-council new-council --on 2028-04-01",
        "partner replace old-council new-council --on 2028-04-01 --begun",
    ),
    "partner reinstate": (
        "partner reinstate old-council",
        "partner reinstate old-council --yes --passphrase-file passphrase.txt",
    ),
    "key new": ("key new", "key new --partner westshire-fire --kind fire"),
    "key card": (
        "--partnership westshire-csp key card",
        "key card --kind district",
    ),
    "key list": ("key list", "key list --json"),
    "key revoke": (
        'key revoke "3f2a 91c4" --reason left',
        'key revoke "3f2a 91c4" --reason lost',
    ),
    "key renew": ("key renew", "key renew --json"),
    "key use": (
        "key use westshire-fire-liaison-2.key",
        "key use D:/westshire-fire-liaison-2.key",
    ),
    "source map": (
        "source map export.csv --dataset police-crime",
        "source map export.csv --dataset police-crime -o niche.toml",
    ),
    "source template": (
        "source template council-asb",
        "source template council-asb -o asb.xlsx",
    ),
    "source sample": (
        "source sample police-crime",
        "source sample police-crime --rows 1000 --faults -o training.csv",
    ),
    "places show": ("places show", "places show --json"),
    "places add": ("places add NSPL_FEB_2026_UK.zip", "places add GB.txt"),
    "log suspend": (
        "log suspend 12 --reason contents-in-doubt",
        "log suspend 12 --lift",
    ),
    "log receipt": ("log receipt 18 -o receipt-18.zip", "log receipt 18 -o receipt-18.zip --json"),
    "log verify-receipt": (
        "log verify-receipt receipt-18.zip --founding westshire.founding",
        "log verify-receipt receipt-18.zip --founding westshire.founding --json",
    ),
    "log receive": (
        "log receive crime-westshire.zip",
        "log receive crime-westshire.zip --passphrase-file passphrase.txt",
    ),
    "log reseal": ("log reseal", "log reseal --yes"),
    "log trace": ("log trace 9b2f04c1a7d3", "log trace 9b2f04c1a7d3 --with-values"),
    "log cosign": ("log cosign", "log cosign --json"),
    "log confirm-deleted": ("log confirm-deleted 18", "log confirm-deleted 18 --yes"),
    "log accept": ("log accept", "log accept 3f2a91c4d0e7b815"),
    "explain": ("explain", "explain rules-broken"),
    "help": ("help tutorial", "help submit"),
    "demo": ("demo demo-partnership", "demo demo-partnership --replace"),
    "completion": ("completion bash", "completion zsh"),
}


def epilog_of(path: str) -> str:
    """Return the examples of a command, as its help ends with them."""
    # "\b" has click leave the lines as they are.
    return "\b\nFor example:\n" + "\n".join(f"  exchange {line}" for line in EXAMPLES[path])
