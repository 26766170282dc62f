"""Figures of limits, one per file: what could take longer, and where the speed-up goes.

As in `sim.plots`, with `words(...)`, `figure(..., ax=None)` and for the report `chart(...)`, each
of what it is about: `slack` of a log (`Frames`), `shortfall` of a `sim.metrics.speedup.Shortfall`,
`dividend` of a table of `sim.metrics.dividend` and the model.
"""
