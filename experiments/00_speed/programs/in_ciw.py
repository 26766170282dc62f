"""The shared network in Ciw, which keeps a record of every visit by itself."""

from __future__ import annotations

import ciw
import pandas as pd
from networks import AGAIN, ARRIVALS_PER_DAY, MEAN_SERVICE, SERVERS

from programs import COLUMNS


def run(days: float, seed: int) -> list[ciw.data_record.DataRecord]:
    """Simulate; Ciw's own records."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(ARRIVALS_PER_DAY), None],
        service_distributions=[ciw.dists.Exponential(1 / MEAN_SERVICE)] * 2,
        number_of_servers=list(SERVERS.values()),
        routing=[[0.0, 1.0], [0.0, AGAIN]],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(days)
    return simulation.get_all_records()


def visits(log: list[ciw.data_record.DataRecord]) -> pd.DataFrame:
    """Return the finished visits."""
    names = list(SERVERS)
    rows = [
        (r.id_number, names[r.node - 1], r.arrival_date, r.service_start_date, r.exit_date)
        for r in log
    ]
    return pd.DataFrame(rows, columns=COLUMNS)
