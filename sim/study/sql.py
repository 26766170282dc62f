"""Questions in SQL about the tables of a study, answered by DuckDB from their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.model import InputError

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.results import Results


def answer(results: Results, query: str) -> pd.DataFrame:
    """Return what a query finds.

    Raises
    ------
    InputError
        If DuckDB refuses it.
    """
    import duckdb

    with tables(results) as found:
        try:
            return found.execute(query).df()
        except duckdb.Error as error:
            raise _refused(error) from None


def export(results: Results, query: str, form: str, path: str) -> int:
    """Write what a query finds into a file, row by row; return how many there were.

    Parameters
    ----------
    form
        `csv` or `parquet`.

    Raises
    ------
    InputError
        If DuckDB refuses the query, or the file cannot be written.
    """
    import duckdb

    how = "FORMAT csv, HEADER" if form == "csv" else "FORMAT parquet, COMPRESSION zstd"
    with tables(results) as found:
        try:
            relation = found.sql(query)
            name = path.replace("'", "''")
            rows = found.execute(f"COPY ({relation.sql_query()}) TO '{name}' ({how})").fetchone()
        except duckdb.IOException as error:
            raise InputError(
                f"results: export cannot be written to '{path}' ({_one_line(error)}); set "
                "export=FILE"
            ) from None
        except duckdb.Error as error:
            raise _refused(error) from None
    return int(rows[0]) if rows else 0


def tables(results: Results) -> Any:
    """Return a connection that knows the study's tables; to be closed."""
    import duckdb

    found = duckdb.connect()
    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in results.files)
    found.register("design", results.points.reset_index(names="point"))
    found.execute("CREATE VIEW points AS SELECT * FROM design")
    found.execute(
        f"CREATE VIEW runs AS SELECT * FROM read_parquet([{files}]) ORDER BY point, replication"
        if files else "CREATE VIEW runs AS SELECT 0 AS point WHERE false"
    )
    found.execute("CREATE VIEW results AS SELECT * FROM runs JOIN points USING (point)")
    return found


def _refused(error: Exception) -> InputError:
    return InputError(
        f"results: the query cannot be answered ({_one_line(error)}); tables: runs, points, "
        "results (both joined)"
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
