"""What a submission and its correction tell somebody who subtracts the one from the other."""

import shutil

import polars as pl
import pytest

from tests.lib.extracts import csv
from tests.lib.partnership import Partnership

HEADINGS = (
    "Crime number,Recorded date,Occurred,Time,Code,Postcode,LSOA code,Domestic flag,Dwelling flag"
)
SMALLEST = 5


def line(number: int, *, code="105A", flag="N", day=6, month=8, at="10:10") -> str:
    when = f"{day:02d}/{month:02d}/2026"
    return f"R{number:04d},{when},{when},{at},{code},WZ1 1AB,E01999000,{flag},N"


def lines(first: int, count: int, **told) -> list[str]:
    return [line(n, **told) for n in range(first, first + count)]


def send(p: Partnership, rows: list[str], *told, dates="2026Q3", who="police"):
    file = p.extract(who, "crime.csv", csv(HEADINGS, *rows))
    return p.submit(who, file, "--dates", dates, "--json", *told).json


def refused(p: Partnership, rows: list[str], *told, dates="2026Q3", status: int, who="police"):
    file = p.extract(who, "crime.csv", csv(HEADINGS, *rows))
    return p.submit(who, file, "--dates", dates, *told, status=status)


def received(p: Partnership, folder: str = "merged") -> pl.DataFrame:
    p.signed("analysts", "pull", folder)
    return pl.read_parquet(p.root / f"analysts/{folder}/dataset=police-crime")


def fine(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the fine rows in what identifies them, each with how often it stands."""
    key = ["recorded", "time_from", "category", "place", "domestic"]
    return rows.filter(pl.col("generalised") == "").group_by(key).len()


def coarse(rows: pl.DataFrame) -> pl.DataFrame:
    key = ["recorded", "recorded_precision", "time_from", "category", "place", "domestic"]
    return rows.filter(pl.col("generalised") != "").group_by(key).len()


def gone(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return the groups of which there are fewer than before."""
    on = [c for c in before.columns if c != "len"]
    both = before.join(after, on=on, how="left", nulls_equal=True)
    return both.filter(pl.col("len_right").fill_null(0) < pl.col("len"))


# Ten domestic assaults with others around them: the twenty others are told apart by their minutes.
DOMESTIC = lines(0, 10, flag="Y")
OTHERS = [line(100 + n, at=f"10:{n + 10}") for n in range(30)]
FIRST = DOMESTIC + OTHERS


def _sent(p: Partnership) -> None:
    told = send(p, FIRST)
    assert (told["rows"], told["protected"], told["cover"], told["withheld"]) == (40, 10, 10, 0)
    received(p, "before")


@pytest.fixture
def sent(prepared) -> Partnership:
    return prepared(_sent)


@pytest.fixture
def before(sent) -> pl.DataFrame:
    """What an analyst got of the quarter as it was sent first."""
    return pl.read_parquet(sent.root / "analysts/before/dataset=police-crime")


def marked_later(count: int) -> list[str]:
    """Return the first extract, of which some of the others were marked since."""
    return DOMESTIC + [
        row[: row.rindex(",N,N")] + ",Y,N" if n < count else row for n, row in enumerate(OTHERS)
    ]


@pytest.mark.parametrize("count", [1, SMALLEST, 20])
def test_a_marker_that_comes_late_is_not_found_among_rows_that_vanish(sent, before, count):
    told = send(sent, marked_later(count))
    after = received(sent, "again")
    assert gone(fine(before), fine(after)).is_empty()
    assert gone(coarse(before), coarse(after)).is_empty()
    assert coarse(after)["len"].sum() == coarse(before)["len"].sum()
    assert told["marked_late"] <= count  # some of them may be cover


def test_everything_released_anew_would_give_late_markers_away(sent, before):
    """The attack is worth something: it finds rows where nothing is known of what left before."""
    shutil.rmtree(next((sent.root / "police/.exchange").rglob("earlier")))
    keymaps = next((sent.root / "police/.exchange").rglob("keymaps"))
    shutil.rmtree(keymaps)
    ran = refused(sent, marked_later(20), status=2)
    assert ran.refusal == "earlier-release-unknown"
    assert len(received(sent, "again")) == len(before)


@pytest.mark.parametrize("count", [1, SMALLEST - 1])
def test_a_few_new_sensitive_records_do_not_stand_alone(sent, before, count):
    told = send(sent, FIRST + lines(500, count, flag="Y") + lines(600, 9))
    after = received(sent, "again")
    assert told["withheld"] == 2 * count
    assert gone(coarse(before), coarse(after)).is_empty()
    assert coarse(after)["len"].sum() == coarse(before)["len"].sum()


def test_enough_new_records_are_a_batch_of_their_own(sent):
    told = send(sent, FIRST + lines(500, SMALLEST, flag="Y") + lines(600, 9))
    assert (told["rows"], told["withheld"], told["protected"]) == (54, 0, 15)
    after = received(sent)
    assert coarse(after).filter(pl.col("domestic") == "yes")["len"].sum() == 15


def test_a_record_that_is_gone_leaves_if_it_is_fine_and_stays_if_it_is_coarse(sent, before):
    told = send(sent, FIRST[4:-2])
    after = received(sent, "again")
    assert told["gone"] >= 4
    assert gone(coarse(before), coarse(after)).is_empty()
    assert fine(before)["len"].sum() - fine(after)["len"].sum() <= 2


def test_a_plain_record_is_corrected(sent, before):
    changed = [row.replace(",105A,", ",8N,") for row in OTHERS]
    send(sent, DOMESTIC + changed)
    after = received(sent, "again")
    assert fine(after)["len"].sum() == fine(before)["len"].sum()
    assert set(fine(after)["category"]) == {"8N"}
    assert gone(coarse(before), coarse(after)).is_empty()


def test_the_same_extract_is_recognised(sent):
    file = sent.extract("police", "crime.csv", csv(HEADINGS, *FIRST))
    assert "already sent" in sent.submit("police", file, "--dates", "2026Q3").out


@pytest.mark.parametrize(
    "how", [("--reason", "wrong-contents"), ("--reason", "sent-in-error", "--delete")]
)
def test_what_was_withdrawn_or_purged_counts_as_having_left(sent, before, how):
    sent.signed("police", "withdraw", "3", *how, "--yes")
    send(sent, marked_later(20))
    after = received(sent, "again")
    assert gone(fine(before), fine(after)).is_empty()
    assert gone(coarse(before), coarse(after)).is_empty()


def test_a_changed_choice_for_domestic_incidents_waits_for_the_next_quarter(sent):
    ran = refused(sent, FIRST, "--domestic-incidents", "withhold", status=2)
    assert ran.refusal == "domestic-choice-settled"
    assert send(sent, FIRST, "--domestic-incidents", "generalise")["again"]


def test_a_record_whose_date_moved_stays_where_it_left(sent):
    moved = [line(0, flag="Y", month=4), line(100, at="10:10", month=4)]
    told = send(sent, moved + lines(700, 20, month=4), dates="2026Q2")
    assert (told["elsewhere"], told["rows"]) == (2, 20)


OTHER_FILE = lines(2000, 10, flag="Y", at="14:10") + lines(2100, 12, at="14:40")


@pytest.mark.parametrize("withdrawn", [True, False])
def test_nothing_of_a_wrong_file_stays_in_the_right_one(sent, withdrawn):
    wrong = send(sent, OTHER_FILE, "--answer", "correction-differs=checked")
    assert (wrong["gone"], wrong["rows"]) == (0, 22)
    if withdrawn:
        sent.signed("police", "withdraw", str(wrong["entry"]), "--reason", "wrong-file", "--yes")
    told = send(sent, FIRST[1:], "--answer", "correction-differs=checked")
    assert (told["gone"], told["rows"]) == (0, 39)
    told = send(sent, FIRST[2:])
    assert (told["gone"], told["rows"]) == (1, 39)
    assert received(sent)["time_from"].cast(str).str.starts_with("14").sum() == 0


def test_a_right_file_leaves_after_a_wrong_one_as_it_left_before(sent, before):
    send(sent, OTHER_FILE, "--answer", "correction-differs=checked")
    send(sent, marked_later(20), "--answer", "correction-differs=checked")
    after = received(sent, "again")
    assert gone(fine(before), fine(after)).is_empty()
    assert gone(coarse(before), coarse(after)).is_empty()
    assert after.height == before.height


@pytest.mark.parametrize(("flag", "elsewhere"), [("N", 0), ("Y", 1)])
def test_a_record_whose_date_moved_is_sent_once_its_old_quarter_is_corrected(
    sent, before, flag, elsewhere
):
    exact = int(fine(before)["time_from"].cast(str).str.slice(3, 2).min()) - 10
    send(sent, [row for n, row in enumerate(FIRST) if n != 10 + exact])
    moved = line(100 + exact, at=f"10:{exact + 10}", month=4, flag=flag)
    told = send(sent, [moved, *lines(700, 20, month=4)], dates="2026Q2")
    assert (told["elsewhere"], told["rows"]) == (elsewhere, 21 - elsewhere)
    again = send(sent, FIRST)
    assert (again["elsewhere"], again["rows"]) == (1 - elsewhere, 39 + elsewhere)


def test_the_statement_counts_the_rows_that_leave_and_not_those_that_stay_elsewhere(sent):
    moved = [line(n, flag="Y", month=4) for n in (0, 1)]
    told = send(sent, moved + lines(700, 8, month=4), dates="2026Q2")
    assert (told["elsewhere"], told["rows"]) == (2, 8)
    assert '"accepted":"5-9"' in sent.entries()[-1].read_text(encoding="utf-8")
    assert received(sent).height == 48


def test_a_colleague_and_a_new_laptop_need_what_was_sent_before(sent):
    folder = next((sent.root / "police/.exchange").rglob("earlier"))
    away = sent.root / "away"
    shutil.move(folder, away)
    shutil.rmtree(folder.parent / "keymaps")
    ran = refused(sent, marked_later(5), status=2)
    assert ran.refusal == "earlier-release-unknown"
    assert len(sent.entries()) == 4
    settings = sent.root / "police/exchange.toml"
    settings.write_text(settings.read_text() + 'earlier = "../away"\n')
    assert send(sent, marked_later(5))["rows"] == 40
    assert [path.name for path in away.iterdir()] == ["police-crime-2026Q3.age"]


def renew_key(p: Partnership) -> None:
    p.signed("police", "key", "renew")
    p.signed("council", "partner", "add", p.root / "police/police-liaison-2.card", "--yes")
    p.signed("police", "log", "reseal", "--yes")
    p.signed("police", "key", "use", "police-liaison-2.key")


def ask_for_more(p: Partnership) -> None:
    """Publish a protocol by which more rows must be alike from the next quarter on."""
    file = p.extract("council", "protocol.pdf", b"%PDF-1.7 a made-up protocol")
    p.signed(
        "council", "partnership", "protocol", "publish", file, "--title", "Protocol",
        "--smallest", 9, "--yes",
    )  # fmt: skip


@pytest.mark.parametrize("change", [renew_key, ask_for_more])
def test_a_late_marker_is_not_found_after(sent, before, change):
    change(sent)
    send(sent, marked_later(20))
    after = received(sent, "again")
    assert gone(fine(before), fine(after)).is_empty()
    assert gone(coarse(before), coarse(after)).is_empty()
    assert coarse(after)["len"].sum() == coarse(before)["len"].sum()


def test_a_quarter_of_before_is_read_back_from_key_maps_and_bundles(sent, before):
    shutil.rmtree(next((sent.root / "police/.exchange").rglob("earlier")))
    send(sent, marked_later(20))
    after = received(sent, "again")
    assert gone(fine(before), fine(after)).is_empty()
    assert gone(coarse(before), coarse(after)).is_empty()


def test_a_source_without_references_cannot_correct_a_quarter_with_protected_rows(partnership):
    def without(rows: list[str]) -> str:
        return csv(HEADINGS.split(",", 1)[1], *(row.split(",", 1)[1] for row in rows))

    file = partnership.extract("police", "crime.csv", without(FIRST))
    partnership.submit("police", file, "--dates", "2026Q3")
    again = partnership.submit("police", file, "--dates", "2026Q3")
    assert "already sent" in again.out
    file = partnership.extract("police", "crime.csv", without(FIRST[1:]))
    ran = partnership.submit("police", file, "--dates", "2026Q3", status=11)
    assert "reference-needed" in ran.err


def test_check_and_preview_say_that_they_did_not_compare(sent):
    file = sent.extract("police", "more.csv", csv(HEADINGS, *FIRST, line(900)))
    told = sent.run("police", "check", file, "--dates", "2026Q3", "--json").json
    assert "earlier-not-compared" in {f["rule"] for f in told["findings"]}
    assert "--passphrase-file FILE" in sent.run("police", "preview", file, "--dates", "2026Q3").err


def test_the_preview_of_a_correction_shows_rows_of_the_file_alone(sent):
    file = sent.extract("police", "fewer.csv", csv(HEADINGS, *FIRST[4:]))
    told = sent.signed("police", "preview", file, "--dates", "2026Q3", "--rows", "40", "--json")
    assert len(told.json[0]["rows"]) == 36


def test_what_is_known_of_what_left_holds_no_reference(sent):
    (path,) = (sent.root / "police/.exchange").rglob("earlier/*.age")
    assert path.read_bytes().startswith(b"age-encryption.org/v1")
    assert b"R0001" not in path.read_bytes()


def test_a_fifth_that_says_no_place_but_the_district_is_asked_about(partnership):
    few = [line(n, flag="Y").replace("WZ1", f"WZ{n % 3 + 1}") for n in range(9)]
    rows = few + [row.replace("WZ1", f"WZ{n % 3 + 1}") for n, row in enumerate(OTHERS[:12])]
    file = partnership.extract("police", "crime.csv", csv(HEADINGS, *rows))
    told = partnership.run("police", "check", file, "--dates", "2026Q3", "--json").json
    assert "much-generalised" in {f["rule"] for f in told["findings"]}
    file = partnership.extract("police", "crime.csv", csv(HEADINGS, *rows, *OTHERS[12:]))
    told = partnership.run("police", "check", file, "--dates", "2026Q3", "--json").json
    assert "much-generalised" in {f["rule"] for f in told["findings"]}
    many = lines(1000, 40)
    file = partnership.extract("police", "crime.csv", csv(HEADINGS, *rows, *OTHERS[12:], *many))
    told = partnership.run("police", "check", file, "--dates", "2026Q3", "--json").json
    assert "much-generalised" not in {f["rule"] for f in told["findings"]}


def test_references_that_begin_again_each_month_are_refused_and_not_taken_for_the_same(sent):
    april = [line(n, month=4, at=f"11:{n + 10}") for n in range(30)]
    ran = refused(sent, april, dates="2026Q2", status=11)
    assert "reference-used-again" in ran.err
    assert len(sent.entries()) == 4
    few = [line(n, month=4) for n in range(5)] + lines(1000, 40, month=4)
    told = send(sent, few, dates="2026Q2")
    assert (told["rows"], told["elsewhere"]) == (40, 5)


def test_the_preview_says_which_rows_are_cover_and_what_a_marker_would_save(sent):
    ran = sent.run("police", "preview", sent.root / "police/crime.csv", "--dates", "2026Q3")
    assert "10 rows are cover" in ran.out
    assert "does not say" not in ran.out
    blank = [row.replace("45,WZ1", "105A,WZ1").replace(",N,N", ",,") for row in OTHERS]
    file = sent.extract("police", "blank.csv", csv(HEADINGS, *DOMESTIC, *blank))
    said = sent.run("police", "preview", file, "--dates", "2026Q3", "--html", "p.html")
    assert said.status == 0
    page = (sent.root / "police/p.html").read_text(encoding="utf-8")
    assert "30 rows are protected only because your file does not say" in page


@pytest.mark.parametrize("choice", ["withhold", "generalise"])
def test_a_late_marker_is_not_found_where_domestic_incidents_are_withheld(partnership, choice):
    p = partnership
    told = send(p, FIRST, "--domestic-incidents", choice)
    before = received(p)
    told = send(p, marked_later(20), "--domestic-incidents", choice)
    after = received(p, "again")
    assert gone(fine(before), fine(after)).is_empty()
    assert gone(coarse(before), coarse(after)).is_empty()
    assert told["marked_late"] > 0


def late_in_statement(p: Partnership) -> str:
    """Return what the newest statement says of markers that came late."""
    text = p.entries()[-1].read_text(encoding="utf-8")
    return text.partition('"late":"')[2].partition('"')[0]


def test_the_statement_counts_late_markers_and_changes_only_when_five_more_have_come(partnership):
    """Without cover among them, the number of rows that were marked late is known."""
    p = partnership
    shops = [line(100 + n, code="46", at=f"10:{n + 10}") for n in range(40)]
    send(p, shops)
    said = []
    for count in (3, 4, 7, 8, 12):
        marked = [row[: row.rindex(",N,N")] + ",Y,N" for row in shops[:count]]
        told = send(p, marked + shops[count:] + lines(900, count))
        assert told["marked_late"] == count
        said.append(late_in_statement(p))
    # 3 and 4 are not published, 7 is, 8 is no more than 7, and 12 is five more.
    assert said == ["", "", "5-9", "5-9", "10-49"]
    assert received(p).height == 52
