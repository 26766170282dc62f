"""Figures of what limits a lab, one per file."""
