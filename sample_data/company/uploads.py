"""Files as other programs export them, to try the Data page with."""

from pathlib import Path

from sample_data.company.records import Books


def write_uploads(folder: Path, books: Books) -> None:
    """Write them all."""
    folder.mkdir(parents=True, exist_ok=True)
