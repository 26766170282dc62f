"""Results on disk: a folder of its own for each run, Parquet tables and a manifest.

`results/<scenario>/<unique run>/` holds `manifest.json`, `resolved.yaml`, the tables
`generations`, `visits`, `changes`, `outcomes` as Parquet, `columns.md` that explains them, and
`figures/` and `report.html`. `create` and `finish` write such a folder, `open_run` reads it. A
comparison's folder holds such folders (`sim.store.comparison`).
"""

from sim.store.comparison import (
    Planned,
    StoredComparison,
    create_comparison,
    finish_comparison,
    is_comparison,
    open_comparison,
)
from sim.store.reading import Stored, open_run
from sim.store.writing import create, fail, finish, read_manifest, write_page, writing_to

__all__ = [
    "Planned", "Stored", "StoredComparison", "create", "create_comparison", "fail",
    "finish", "finish_comparison", "is_comparison", "open_comparison", "open_run",
    "read_manifest", "write_page", "writing_to",
]
