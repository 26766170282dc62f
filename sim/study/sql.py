"""Questions in SQL about the tables of a study, answered by DuckDB from their files.

A question reads and cannot write: it is one SELECT. NaN is kept: a date that was not reached is
NaN, which DuckDB takes for later than any other, so that medians and `date <= 365` are right and
a mean that nobody knows is NaN. Beside each date stands whether it was reached: `DATE_reached`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import store
from sim.model import InputError
from sim.model.errors import unknown_name

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.results import Results

ALL = "SELECT * FROM results ORDER BY point, replication"
"""All runs with the factors of their points, in order."""
FORMS = {
    ".csv": "FORMAT csv, HEADER true",
    ".parquet": "FORMAT parquet, COMPRESSION zstd",
}
"""How a file is written, by the end of its name."""
CHUNK = 50
"""Vectors (of 2,048 rows) that are counted at once."""
MOST = 30
"""Names of columns that an error lists."""
CONFIG: dict[str, Any] = {
    "python_enable_replacements": False,  # names of tables are no Python variables
    "autoinstall_known_extensions": False,  # nothing is fetched
    "autoload_known_extensions": False,
}


def answer(results: Results, query: str) -> pd.DataFrame:
    """Return what a query finds.

    Raises
    ------
    InputError
        If it is no single SELECT, or DuckDB refuses it.
    """
    with _asked(results, query) as found:
        table: pd.DataFrame = found.execute(query).df()
        return table


def first_rows(results: Results, query: str, most: int) -> tuple[pd.DataFrame, int]:
    """Return the first rows of what a query finds, and how many there are in all.

    Raises
    ------
    InputError
        As `answer`.
    """
    with _asked(results, query) as found:
        found.execute(query)
        table = found.fetch_df_chunk(CHUNK)
        first, rows = table.head(most), len(table)
        while len(table):
            table = found.fetch_df_chunk(CHUNK)
            rows += len(table)
        return first, rows


def export(results: Results, query: str, path: Path) -> int:
    """Write what a query finds into a file, which is whole or not there; return its rows.

    Parameters
    ----------
    path
        It ends in .csv or .parquet. A file in a folder of results is refused.

    Raises
    ------
    InputError
        As `answer`, and if the file cannot be written.
    """
    import duckdb

    check_export(path)
    try:
        with store.replacing(path) as partial:
            partial.touch()
            name = str(partial).replace("'", "''")
            with _asked(results, query) as found:
                found.execute(f"CREATE TEMP VIEW _answer AS {query}")
                how = FORMS[path.suffix.lower()]
                try:
                    rows = found.execute(f"COPY (FROM _answer) TO '{name}' ({how})").fetchone()
                except duckdb.IOException as error:
                    raise _not_written(path, " ".join(str(error).split())[:200]) from None
    except OSError as error:
        raise _not_written(path, error.strerror or str(error)) from None
    return int(rows[0])


def check_export(path: Path) -> None:
    """Raise `InputError` for a file that an export must not be, or cannot be, written to."""
    if path.suffix.lower() not in FORMS:
        raise InputError(
            f"results: export must end in {' or '.join(FORMS)}, got '{path}'; set export=FILE.csv"
        )
    try:
        if path.is_dir():
            raise _not_written(path, "is a folder")
        if not path.parent.is_dir():
            raise _not_written(path, f"no folder '{path.parent}'")
        for folder in path.resolve().parents:
            entry = store.entry_of(folder) if (folder / "manifest.json").is_file() else None
            if entry is not None:
                raise InputError(
                    f"results: export must not be in a folder of results ('{folder}'), got "
                    f"'{path}'; set export=FILE elsewhere"
                )
    except OSError as error:
        raise _not_written(path, error.strerror or str(error)) from None


def tables(results: Results) -> Any:
    """Return a connection that knows the study's tables; to be closed."""
    import duckdb

    found = duckdb.connect(config=CONFIG)
    files = ", ".join(map(_literal, results.files))
    found.register("points", results.points.reset_index(names="point"))
    source = f"read_parquet([{files}], hive_partitioning=false)"
    if not files:
        found.register("no_runs", results.runs)
        source = "no_runs"
    reached = "".join(
        f', NOT isnan("{name}") AS "{name}_reached"'
        for name, outcome in results.study.outcomes.items()
        if outcome.date and f"{name}_reached" not in results.study.outcomes
    )
    try:
        found.execute(f"CREATE VIEW runs AS SELECT *{reached} FROM {source}")
    except duckdb.IOException:
        found.close()
        raise InputError(
            f"results: a file of runs in '{results.folder}' is damaged, or was joined with the "
            "others just now; ask again, or go on with task=study, which does it again"
        ) from None
    found.execute("CREATE VIEW results AS FROM runs JOIN points USING (point)")
    return found


def _literal(path: Path) -> str:
    """Return a path as SQL writes it, its signs that stand for other signs taken as they are."""
    plain = re.sub(r"[*?\[]", r"[\g<0>]", str(path))
    return "'" + plain.replace("'", "''") + "'"


@contextmanager
def _asked(results: Results, query: str) -> Iterator[Any]:
    """Give a connection for one question; DuckDB's errors become `InputError`."""
    import duckdb

    with tables(results) as found:
        try:
            kinds = [str(part.type).rpartition(".")[2] for part in found.extract_statements(query)]
            if kinds != ["SELECT"]:
                got = " and ".join(kinds) if kinds else "nothing"
                raise InputError(f"results: sql must be one SELECT, got {got}; set sql='SELECT …'")
            yield found
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except duckdb.Error as error:
            raise _refused(found, error) from None


def _refused(found: Any, error: Exception) -> InputError:
    """Return the error for a query that DuckDB refuses."""
    names = {
        table: [row[0] for row in found.execute(f"DESCRIBE {table}").fetchall()]
        for table in ("points", "runs")
    }
    columns = list(dict.fromkeys(names["runs"] + names["points"]))
    text = " ".join(str(error).partition("LINE 1:")[0].split()).rstrip("!.")
    text = re.sub(r"^\w+ Error: ", "", text)
    column = re.search(r'Referenced column "([^"]+)" not found|have a column named "([^"]+)"', text)
    if column:
        return InputError(
            f"results: sql: {unknown_name('column', column[1] or column[2], columns)}"
        )
    table = re.search(r"Table with name (\S+) does not exist", text)
    if table:
        known = ("runs", "points", "results")
        return InputError(f"results: sql: {unknown_name('table', table[1], known)} (both joined)")
    return InputError(
        f"results: sql cannot be answered ({text[:300]}); tables: runs, points, results (both "
        f"joined); columns: {', '.join(columns[:MOST])}{', …' if len(columns) > MOST else ''}"
    )


def _not_written(path: Path, why: str) -> InputError:
    return InputError(f"results: export cannot be written to '{path}' ({why}); set export=FILE")
