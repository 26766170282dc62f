"""Forecasts: when a lab passes thresholds, how likely it does by a date, and how good that was."""
