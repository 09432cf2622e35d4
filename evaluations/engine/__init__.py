"""The evaluation engine: plain functions from aggregates to findings. No Django in here."""
