"""Freezing: exactly what one person may see of one system at one moment, as a Snapshot.

`reports.snapshot.build.freeze` is the door. Every query is bounded: none is asked once per row.
"""
