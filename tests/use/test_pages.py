"""Pages need nothing from elsewhere, and run nothing: what can be seen without a browser."""

import re

from tests.lib.extracts import crimes


def test_no_page_has_a_script_or_asks_for_anything(partnership):
    p = partnership
    file = p.extract("police", "crime.csv", crimes(60))
    p.run("police", "preview", file, "--html", "preview.html")
    p.run("police", "preview", file, "--evidence", "evidence.html")
    p.submit("police", file, "--dates", "2026Q3")
    p.signed("police", "pull", "merged")
    board = ("report", "compliance", "--quarter", "2026Q3", "-o", "compliance.html")
    pack = ("report", "assessment", "merged", "--year", "2026", "-o", "assessment.html")
    for words in (board, pack, ("report", "requirements", "-o", "requirements.html")):
        p.run("police", *words)
    pages = sorted((p.root / "police").glob("*.html"))
    assert len(pages) == 5
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<(script|iframe|object|embed|link|base|img)\b", text), page.name
        assert not re.search(r"\bon[a-z]+ ?= ?[\"']", text), page.name
        assert not re.search(r"@import|javascript:", text), page.name
        for target in re.findall(r"(?:\b(?:href|src|action)=|url\()[\"']?([^\"')>]+)", text):
            assert target.startswith("#"), (page.name, target)
