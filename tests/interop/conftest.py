"""A browser, and an officer in front of it."""

import shutil
from collections.abc import Iterator

import pytest

from tests.lib.officer import WIDE, Officer
from tests.lib.page import served


@pytest.fixture(scope="module")
def chromium() -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield found
        found.close()


@pytest.fixture
def officer(request, chromium, partnership) -> Iterator[Officer]:
    who = getattr(request, "param", "police")
    (partnership.root / who).mkdir(exist_ok=True)
    with served(partnership.root / who) as room:
        window = chromium.new_context(viewport=WIDE).new_page()
        one = Officer(room, window, request.node.originalname.removeprefix("test_"))
        window.on("request", lambda asked: one.asked.append(asked.url))
        window.on("console", lambda told: one.said.append(told.text))
        window.on("pageerror", lambda fault: one.said.append(str(fault)))
        window.goto(room.address)
        yield one
        assert one.faults == []
        assert [said for said in one.said if "status of 400" not in said] == []
        assert [url for url in one.asked if not url.startswith((room.origin, "data:"))] == []
        kept = "[localStorage.length, sessionStorage.length, document.cookie]"
        assert one.window.evaluate(kept) == [0, 0, ""]
        one.window.context.close()
