"""Results on disk: a folder of its own for each run, Parquet tables and a manifest.

`results/<scenario>/<unique run>/` holds `manifest.json`, `resolved.yaml`, the tables
`generations`, `visits`, `changes`, `outcomes` as Parquet, `columns.md` that explains them, and
`figures/` and `report.html`. `create` and `finish` write such a folder, `open_run` reads it. A
comparison's folder holds such folders (`sim.store.comparison`); a study's is another matter
(`sim.store.studies`). `listing` tells what there is.
"""

from sim.store import studies
from sim.store.comparison import (
    Planned,
    StoredComparison,
    create_comparison,
    finish_comparison,
    is_comparison,
    open_comparison,
)
from sim.store.listing import DAMAGED, Entry, entry_of, listing
from sim.store.reading import Stored, open_run, read_table
from sim.store.writing import (
    create,
    fail,
    finish,
    origin,
    read_manifest,
    replacing,
    write_page,
    writing_to,
)

__all__ = [
    "DAMAGED", "Entry", "Planned", "Stored", "StoredComparison", "create", "create_comparison",
    "entry_of", "fail", "finish", "finish_comparison", "is_comparison", "listing",
    "open_comparison", "open_run", "origin", "read_manifest", "read_table", "replacing", "studies",
    "write_page", "writing_to",
]
