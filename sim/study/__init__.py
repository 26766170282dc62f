"""Ensembles (and, with them, studies): many runs of a model."""
