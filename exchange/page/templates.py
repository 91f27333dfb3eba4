"""The page's templates: GOV.UK Frontend's components in a frame of its own."""

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, PrefixLoader
from jinja2.meta import find_referenced_templates
from starlette.responses import HTMLResponse

from exchange.errors import Refusal
from exchange.page.guard import page_id
from exchange.page.room import Room
from exchange.text import capitalised, day_of, format_count, with_noun
from schemas.datasets.registry import dataset_title
from schemas.quarters import long_date

# In a remedy, the words of the command line, which are shown apart.
_TYPED: Final = ("exchange ", " --", "pip install")


@cache
def _loader() -> BaseLoader:
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return ChoiceLoader([PackageLoader("exchange.page"), components])


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=_loader(),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": format_count,
        "dataset_title": dataset_title,
        "day_of": day_of,
        "long_date": long_date,
        "sentence": sentence,
    }
    environment.globals |= {"with_noun": with_noun, "version": version("csp-exchange")}
    return environment


def load_templates() -> None:
    """Compile every page and what it is made of, so that nobody waits for it later."""
    environment, loader = _environment(), _loader()
    queue = [name for name in loader.list_templates() if "/" not in name]
    loaded: set[str] = set()
    while queue:
        name = queue.pop()
        if name not in loaded:
            loaded.add(name)
            environment.get_template(name)
            parsed = environment.parse(loader.get_source(environment, name)[0])
            queue += [template for template in find_referenced_templates(parsed) if template]


def render(room: Room, template: str, status: int = 0, /, **values: Any) -> HTMLResponse:
    """Return a page.

    Args:
        status: By default, whether the form that is shown again has a fault.
    """
    text = (
        _environment()
        .get_template(f"{template}.html")
        .render(at=room.path, page_id=page_id(), room=room, **values)
    )
    return HTMLResponse(text, status or (400 if values.get("fault") else 200))


def not_found(room: Room) -> HTMLResponse:
    """Return the page of an address at which there is nothing."""
    return render(room, "not_found", 404)


def refusal_page(room: Room, refusal: Refusal, title: str, *, back: str = "/") -> HTMLResponse:
    """Return a page that says what was refused, and what to do next.

    Args:
        title: What was not done.
    """
    how = remedies(refusal.hints)
    return render(room, "refused", 400, title=title, refusal=refusal, back=back, how=how)


def remedies(hints: Sequence[str]) -> dict[str, list[str]]:
    """Return remedies, those of the page apart from those of the command line.

    >>> remedies(["export it again; or name the dates with --dates"])
    {'hints': ['Export it again.'], 'typed': ['or name the dates with --dates']}
    """
    parts: list[str] = []
    for hint in hints:
        parts += hint.split("; ") if _is_typed(hint) else [hint]
    typed = [part for part in parts if _is_typed(part)]
    return {
        "hints": [sentence(part) for part in parts if part not in typed],
        "typed": typed,
    }


def fault_at_field(refusal: Refusal) -> str:
    """Write a refusal for the field that it is about: what is wrong, and what to do here.

    What is typed at the command line, or changed in exchange.toml, is not for a form.
    """
    how = remedies(refusal.hints)
    hints = [hint for hint in how["hints"] if "exchange.toml" not in hint]
    hints += [sentence(line) for line in how["typed"] if "pip install" in line]
    return " ".join([sentence(refusal.message), *hints])


def _is_typed(text: str) -> bool:
    return any(words in f" {text}" for words in _TYPED)


def sentence(text: str) -> str:
    """Write a remark of the library as a sentence.

    >>> sentence("nothing was sent"), sentence("july.csv: the file is empty")
    ('Nothing was sent.', 'july.csv: the file is empty.')
    """
    if "." not in text.split(" ", maxsplit=1)[0].rstrip("."):  # not the name of a file
        text = capitalised(text)
    return text if not text or text[-1] in ".?!:" else f"{text}."
