"""Sessions share one database and nothing else; what does not fit is refused, never cut."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from revplan.engine.duck import Session, TooLarge


def numbers(*values: int) -> pa.Table:
    return pa.table({"n": pa.array(values, pa.int64())})


def read(session: Session, name: str = "t") -> list[int]:
    found: list[int] = session.run(f"SELECT n FROM {name} ORDER BY n")["n"].to_pylist()
    return found


def test_sessions_do_not_see_each_others_bound_tables() -> None:
    with Session() as one, Session() as other:
        one.bind("t", numbers(1))
        other.bind("t", numbers(2))
        assert (read(one), read(other)) == ([1], [2])
        one.bind("mine", numbers(3))
        with pytest.raises(duckdb.CatalogException):
            read(other, "mine")


def test_sessions_do_not_see_each_others_files(tmp_path: Path) -> None:
    with Session() as one, Session() as other:
        for session, number in ((one, 1), (other, 2)):
            file = tmp_path / f"it's {number}.parquet"
            pq.write_table(numbers(number), file)
            session.bind("t", file)
        assert (read(one), read(other)) == ([1], [2])


def test_sessions_do_not_see_each_others_made_tables() -> None:
    with Session() as one, Session() as other:
        one.create("t", "SELECT 1 AS n")
        other.create("t", "SELECT 2 AS n")
        assert (read(one), read(other)) == ([1], [2])


def test_nothing_is_left_when_a_session_ends() -> None:
    with Session() as before:
        before.bind("t", numbers(1))
        before.create("made", "SELECT n FROM t")
    with Session() as after:
        for name in ("t", "made"):
            with pytest.raises(duckdb.CatalogException):
                read(after, name)


def test_a_name_can_be_bound_and_made_anew() -> None:
    with Session() as session:
        session.bind("t", numbers(1))
        session.bind("t", numbers(2))
        assert read(session) == [2]
        session.create("made", "SELECT n FROM t WHERE n > ?", [1])
        session.create("made", "SELECT n + 1 AS n FROM t")
        assert read(session, "made") == [3]


def test_sessions_of_several_threads_keep_to_their_own() -> None:
    def count_up(number: int) -> list[int]:
        with Session() as session:
            session.bind("t", numbers(number))
            session.create("made", "SELECT n * 10 AS n FROM t")
            return read(session, "made")

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(count_up, range(20))) == [[number * 10] for number in range(20)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CAST(CAST(9223372036854775807 AS HUGEINT) * 2 AS BIGINT) AS n",
        "SELECT CAST('170141183460469231731687303715884105727' AS HUGEINT) + 1 AS n",
        "SELECT CAST('99999999999999999999' AS BIGINT) AS n",
    ],
)
def test_a_number_that_does_not_fit_is_refused(sql: str) -> None:
    with Session() as session:
        with pytest.raises(TooLarge):
            session.run(sql)
        with pytest.raises(TooLarge):
            session.create("t", sql)
        assert session.run("SELECT 1 AS n").num_rows == 1  # and the session goes on


def test_the_widest_number_comes_back_exact() -> None:
    with Session() as session:
        widest = "SELECT CAST('99999999999999999999999999999999999999' AS HUGEINT) AS n"
        text = session.run(f"SELECT CAST(n AS VARCHAR) AS n FROM ({widest}) AS w")
        assert text["n"].to_pylist() == ["9" * 38]
