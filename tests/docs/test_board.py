"""The board's page: its commands are typed, and what it says of the report is there to be seen."""

import re
import shlex

from tests.docs.test_documents import blocks
from tests.lib.extracts import callouts, crimes
from tests.lib.partnership import Partnership, several
from tests.use.test_splitting import AREAS, BOTH, files


def typed(p: Partnership, who: str, *starts: str) -> int:
    """Type the commands of the page that begin so, in a partner's folder."""
    lines = [line for text in blocks("docs/board.md") for line in text.splitlines()]
    chosen = [line for line in lines if line.removeprefix("$ exchange ").startswith(starts)]
    for line in chosen:
        words = shlex.split(line.removeprefix("$ "))
        folder = p.root / who
        found = [str((folder / w).resolve()) if (folder / w).is_file() else w for w in words]
        assert not p.run(who, *found[1:]).refusal, line
    return len(chosen)


def headings(page: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", page)


def test_five_minutes_with_the_compliance_page(partnership):
    p = partnership
    p.submit("police", p.extract("police", "crime.csv", crimes(30)), "--dates", "2026Q3")
    p.run("council", "status")
    assert typed(p, "council", "report compliance") == 1
    page = (p.root / "council/board.html").read_text(encoding="utf-8")
    # 1. In one sentence, under the title.
    assert "due by 31 December 2026, so far 1 of 8 datasets due by law came" in page
    # 2. The decisions come before anything else; an authority that is not enrolled is in it.
    told = headings(page)
    assert told[:2] == ["Last 8 quarters", "Decisions for this meeting"]
    assert "Invite the fire and rescue authority" in page
    # 3. One's own authority, with days and evidence.
    rows = re.findall(r"<tr>.*?</tr>", page[page.index("</section>") :], re.S)
    row = next(r for r in rows if "Recorded crime" in r)
    assert "(72 days early)" in row
    assert "confirmed by Westshire council" in row
    # 4. The requirements, answered by the log or not at all.
    assert "Statutory requirements" in told
    assert "No protocol has been published" in page
    assert "Requirements with no answer" in told
    # 5. The entry.
    assert 'data-label="reference">3</td>' in row


def test_the_requirements_and_the_assessment_are_made_as_the_page_says(partnership):
    p = partnership
    p.submit("police", p.extract("police", "crime.csv", crimes(30)), "--dates", "2026Q3")
    calls = p.extract("ambulance", "c.csv", callouts(*["WZ1"] * 30))
    p.submit("ambulance", calls, "--dates", "2026Q3")
    assert typed(p, "council", "report answer", "report requirements") == 4
    assert typed(p, "council", "pull", "report assessment") == 2
    folder = p.root / "council"
    page = (folder / "assessment.html").read_text(encoding="utf-8")
    assert headings(page)[:2] == ["What stands out", "Missing data"]
    assert "not yet written" in page
    assert (folder / "assessment-2026.toml").is_file()
    assert (folder / "checklist.xlsx").is_file()
    assert typed(p, "council", "report edition") == 1
    assert typed(p, "council", "pull", "report table") == 2
    assert "Draft" not in (folder / "months.html").read_text(encoding="utf-8")


def test_the_countys_reports_are_made_as_the_page_says(tmp_path):
    p = several(tmp_path / "p", dict(list(AREAS.items())[:2]))
    p.signed("police", "submit", *files(p), *BOTH, "--yes")
    for name in ("westshire", "northshire"):
        p.signed("police", "--partnership", name, "pull", f"pulled/{name}")
    assert typed(p, "police", "report county") == 2
    page = (p.root / "police/county-assessment.html").read_text(encoding="utf-8")
    assert "Levels by district" in headings(page)
