"""Extracts made for tests, a few rows each; none of it is anybody's."""

from datetime import date, timedelta

CRIME_HEADINGS = (
    "Crime number,Reported date,Date from,Time from,Code,Postcode,LSOA code,Domestic flag,"
    "Dwelling flag"
)
CALLOUT_HEADINGS = "Date,Time,Postcode,Category"


def csv(headings: str, *rows: str) -> str:
    """Return a CSV of a heading line and rows, ended as Windows ends lines."""
    return "".join(line + "\r\n" for line in (headings, *rows))


def crimes(count: int = 30, first: date = date(2026, 7, 1), days: int = 92) -> str:
    """Return crimes spread over some days, plain theft, with a postcode and an LSOA."""
    rows, month = [], (first.year * 12 + first.month - 7) % 99 - 57  # July 2026 is 0
    for i in range(count):
        day = first + timedelta(i * days // count)
        rows.append(
            f"REF{month * 1000 + i:05d},"
            f"{day:%d/%m/%Y},{day:%d/%m/%Y},{i % 24:02d}:10,45,"
            f"WZ{i % 3 + 1} {i % 10}AB,E0199900{i % 10},N,N"
        )
    return csv(CRIME_HEADINGS, *rows)


def domestic(count: int) -> str:
    """Return lines of domestic assaults and, among them, rapes, to put below `crimes`."""
    return "".join(
        f"DOM{n:05d},{n % 28 + 1:02d}/07/2026,{n % 28 + 1:02d}/07/2026,23:10,"
        f"{'19C' if n % 4 == 0 else '8N'},WZ1 1AB,E01999001,Y,N\r\n"
        for n in range(count)
    )


def callouts(*places: str, first: date = date(2026, 7, 1), days: int = 92) -> str:
    """Return a callout for each place, spread over some days, with its time to the minute."""
    rows = []
    for i, place in enumerate(places):
        day = first + timedelta(i * days // max(len(places), 1))
        rows.append(f"{day:%d/%m/%Y},22:{i % 60:02d},{place},4")
    rows += [f"{first + timedelta(days - 1):%d/%m/%Y},01:35,WZ1 1AA,27"]
    return csv(CALLOUT_HEADINGS, *rows)


def sunderland() -> str:
    """Return a directory of postcodes in Sunderland that has two LSOAs of the extracts whole.

    A third lies at its edge, in Washington, whose outward codes it does not have.
    """
    homes = [
        *(("SR1", lsoa, 54.905, -1.381) for lsoa in ["E01999001"] * 3 + ["E01999002"]),
        *(("SR2", lsoa, 54.895, -1.375) for lsoa in ["E01999002"] * 2),
        *((code, "E01009999", 54.9, -1.4) for code in ("SR3", "SR4", "SR6", "SR9")),
        ("SR5", "E01999003", 54.90, -1.53),
    ]
    rows = [
        f"{outward} {n % 10}AA,198001,,0,440000,557000,E08000024,E05000001,{lsoa},E02000001,{y},{x}"
        for n, (outward, lsoa, y, x) in enumerate(homes)
    ]
    headings = "pcds,dointr,doterm,usertype,oseast1m,osnrth1m,laua,ward,lsoa21,msoa21,lat,long"
    return csv(headings, *rows)
