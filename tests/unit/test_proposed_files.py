"""Which files are offered as this quarter's."""

from exchange.profile.sent_files import SentFiles
from exchange.submission.proposed_files import propose

CRIME = ("police-crime",)


def test_files_are_offered_by_the_names_of_the_newest_quarter_whatever_was_sent_last(tmp_path):
    for name in ("old-2026-10.csv", "crime-2026-10.csv", "crime-2026-07.csv", "notes.csv"):
        (tmp_path / name).touch()
    july, old = tmp_path / "crime-2026-07.csv", tmp_path / "old-2026-04.csv"
    newest = SentFiles("2026Q3", CRIME, ((july, july.stat().st_mtime_ns),))
    before = SentFiles("2026Q2", CRIME, ((old, 1),))
    for sent in ([before, newest], [newest, before]):
        (proposal,) = propose(sent)
        assert [path.name for path in proposal.files] == ["crime-2026-10.csv"]
        assert (proposal.datasets, proposal.missing) == (CRIME, ())
