"""The sample company, explained: every line of every plan set, to the cent."""

from pathlib import Path

import pytest

from revplan.data.book_folder import read_book
from revplan.model.book import Book
from revplan.rules.run import run
from tests.laws.explained import every_line_is_explained_to_the_cent

SAMPLE = Path(__file__).parents[2] / "sample_data"


@pytest.fixture(scope="module")
def sample() -> Book:
    book, issues = read_book(SAMPLE)
    assert book is not None, issues
    return book


@pytest.mark.parametrize("plan_set", ["volume", "shared"])
def test_every_line_of_the_sample_company_is_explained(sample: Book, plan_set: str) -> None:
    result = run(sample, plan_set)
    assert result.lines.num_rows > 500
    assert list(every_line_is_explained_to_the_cent(sample, result)) == []
