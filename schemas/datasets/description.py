"""A dataset in words and as JSON: what it is, who holds it, and each of its columns."""

from dataclasses import asdict

from schemas.datasets.dataset import Dataset, Field, Place, Treat


def holders(dataset: Dataset) -> str:
    """Name the kinds of authority that hold a dataset, and how sure that is."""
    names = " or ".join(dict.fromkeys(h.kind for h in dataset.holders))
    now = [h for h in dataset.holders if h.last is None and h.nation in ("", "england")]
    return names if any(h.certain for h in now) else f"{names} (duty to be confirmed)"


def describe_need(dataset: Dataset, field: Field) -> str:
    """Say whether an extract must have a column, or one of several."""
    if not field.needs:
        return "if held"
    return (
        "yes" if len(dataset.needs[field.needs]) == 1 else f"one of these is needed: {field.needs}"
    )


def describe_leaving(dataset: Dataset, field: Field) -> str:
    """Say how a field is shared, with the dataset's own limits."""
    if field.name == "lsoa" and dataset.place is not Place.LSOA:
        return Treat.DROP.value
    if field.treat is Treat.PLACE:
        return f"one place for each row, no more precise than: {dataset.place.value}"
    if field.treat is Treat.TIME:
        return f"to the {dataset.time}, less precise for sensitive rows"
    return field.treat.value


def dataset_json(dataset: Dataset, *, whole: bool) -> dict[str, object]:
    """Return what a dataset is; as a whole, with its columns."""
    values: dict[str, object] = {
        "id": dataset.id,
        "title": dataset.title,
        "paragraph": dataset.paragraph.cites,
        "verified": dataset.paragraph.verified,
        "holders": [asdict(h) for h in dataset.holders],
        "schemes": list(dataset.schemes),
    }
    if whole:
        values["columns"] = [
            {
                "name": f.name,
                "description": f.description,
                "reads": f.reads,
                "leaves": describe_leaving(dataset, f),
                "aliases": list(f.aliases),
            }
            for f in dataset.fields.values()
        ]
    return values
