"""What factors are, in the catalogue's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.catalogue import lookup

if TYPE_CHECKING:
    from sim.study.study import Study


def meanings(study: Study) -> dict[str, str]:
    """Return a sentence on what each factor is, by name; without those the catalogue has none on.

    A factor that changes several values has none.
    """
    scenario = study.scenarios[0].split()[0]
    entries = {
        name: lookup(factor.paths[0], scenario)
        for name, factor in study.factors.items() if len(factor.paths) == 1
    }
    return {name: entry.sentence for name, entry in entries.items() if entry}
