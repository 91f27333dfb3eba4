"""Whether the day or the month stands first, by all values of a column."""

from datetime import date, timedelta

import polars as pl
import pytest

from schemas.extract.date_order import Order, order_of_days

QUARTER = [date(2026, 7, 1) + timedelta(n) for n in range(92)]
EARLY = [day for day in QUARTER if day.day <= 12]
DAY, MONTH = "%d/%m/%Y", "%m/%d/%Y"


def order(days: list[date], *forms: str, others: list[str] | None = None) -> Order:
    texts = [f"{day:{forms[n % len(forms)]}}" for n, day in enumerate(days)]
    return order_of_days(pl.Series(texts), pl.Series(others) if others else None)


@pytest.mark.parametrize("form", [DAY, "%d.%m.%Y", "%d-%m-%y", "%d/%m/%Y %H:%M", "%Y-%m-%d"])
def test_the_day_stands_first_where_some_days_show_it(form):
    assert order(QUARTER, form) == Order(short_years=form.endswith("%y"))


@pytest.mark.parametrize("form", [MONTH, "%m-%d-%y", "%m/%d/%Y %I:%M %p", "%H:%M %m/%d/%Y"])
def test_the_month_stands_first_only_where_most_days_can_be_nothing_else(form):
    found = order(QUARTER, form)
    assert found.month_first
    assert found.fault == "dates-month-first"


def test_days_that_fit_the_quarter_with_the_day_first_are_read_so():
    assert order(EARLY, DAY) == Order()


def test_days_that_fit_the_quarter_with_the_month_first_only_stop():
    assert order(EARLY, MONTH).fault == "dates-order-unclear"
    few = [date(2026, 7, 5), date(2026, 8, 1), date(2026, 9, 3)]
    assert order(few, MONTH).fault == "dates-order-unclear"
    assert order(few[:2], MONTH) == Order()  # one of them may as well be a slip


def test_days_that_do_not_show_it_follow_the_other_dates_of_the_file():
    first = [f"{day:%m/%d/%Y}" for day in QUARTER]
    assert order(EARLY, MONTH, others=first).month_first
    assert order(EARLY, MONTH, others=[f"{day:%d/%m/%Y}" for day in QUARTER]) == Order()


def test_both_orders_in_one_column_stop_and_a_slip_does_not():
    assert order(QUARTER, DAY, MONTH).fault == "dates-of-both-orders"
    slip = [*(f"{day:%d/%m/%Y}" for day in QUARTER), "07/31/2026"]
    assert order_of_days(pl.Series(slip)) == Order()
    slip = [*(f"{day:%m/%d/%Y}" for day in QUARTER), "31/07/2026"]
    assert order_of_days(pl.Series(slip)).month_first


def test_a_single_slip_among_early_days_does_not_turn_them():
    days = [*(f"{day:%d/%m/%Y}" for day in EARLY), "07/31/2026"]
    assert order_of_days(pl.Series(days)).fault == "dates-order-unclear"


def test_what_excel_exchanged_is_found_by_what_it_left_as_text():
    cells = [
        f"{day.year}-{day.day:02d}-{day.month:02d} 00:00:00" if day.day <= 12 else f"{day:%d/%m/%Y}"
        for day in QUARTER
    ]
    assert order_of_days(pl.Series(cells)).fault == "dates-exchanged-by-excel"


def test_years_of_two_figures_that_stand_first_stop():
    assert order(QUARTER, "%y-%m-%d").fault == "dates-order-unclear"


def test_years_of_two_figures_stand_first_where_four_days_differ():
    days = [date(2026, 7, n) for n in range(1, 5)]
    assert order(days, "%y-%m-%d").fault == "dates-order-unclear"
    assert not order(days[:3], "%y-%m-%d").fault


def test_four_days_as_text_beside_early_dates_are_enough_to_find_what_excel_exchanged():
    exchanged = [f"2026-{n:02d}-07 00:00:00" for n in range(1, 5)]
    as_text = [f"{n}/07/2026" for n in range(13, 17)]
    assert order_of_days(pl.Series(exchanged + as_text)).fault == "dates-exchanged-by-excel"
    assert not order_of_days(pl.Series(exchanged + as_text[:3])).fault
    assert not order_of_days(pl.Series(exchanged[:3] + as_text)).fault
