"""Where batches of runs are done: in this process, in local workers, on a Dask cluster.

All keep one small promise, `Executor`; what comes out does not depend on which.
"""

from sim.execute.protocol import Executor, Lost
from sim.execute.settings import Execution

__all__ = ["Execution", "Executor", "Lost"]
