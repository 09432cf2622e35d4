"""The table whose drift is known: twenty numeric columns of several shapes, five categorical.

The draws, their order and their seeds are those of the recorded set ``synthetic_drift_1M``, so
that what the checks say can be held against exact figures.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

NUMBERS = tuple(f"n{i:02d}" for i in range(20))
CATEGORIES = tuple(f"c{i}" for i in range(5))
BLOCK = 500_000
GROUP = 125_000
SIDES = {"reference": (1, "2026-01-01"), "current": (2, "2026-01-31")}


def write(path: Path, rows: int, side: str) -> None:
    """A Parquet file of `rows`; some columns of the current side are distributed differently."""
    seed, start = SIDES[side]
    rng, writer, left = np.random.default_rng(seed), None, rows
    while left > 0:
        block = _block(rng, min(left, BLOCK), start, moved=side == "current")
        if writer is None:
            writer = pq.ParquetWriter(path, block.schema, compression="zstd")
        writer.write_table(block, row_group_size=GROUP)
        left -= len(block)
    if writer is not None:
        writer.close()


def _block(rng: np.random.Generator, n: int, start: str, *, moved: bool) -> pa.Table:
    data: dict[str, Any] = {name: _number(rng, n, i, moved) for i, name in enumerate(NUMBERS)}
    for name, (weights, word) in zip(CATEGORIES, _weights(moved), strict=True):
        data[name] = _named(rng.choice(len(weights), size=n, p=weights), word, len(weights))
    sex, age = rng.integers(0, 2, n), rng.integers(0, 4, n)
    logit = -1.2 + 0.9 * data["n00"] + 0.6 * data["n01"] - 0.4 * data["n02"] + 0.3 * (sex == 1)
    chance = 1 / (1 + np.exp(-(logit - (0.4 if moved else 0) * (age == 3))))
    data["y_true"] = (rng.random(n) < chance).astype("int8")
    data["y_score"] = 1 / (1 + np.exp(-1.15 * logit))
    data["y_pred"] = (data["y_score"] >= 0.5).astype("int8")
    data["sex"], data["age_band"] = _named(sex, "sex ", 2), _named(age, "age ", 4)
    drawn = np.sort(rng.integers(0, 30 * 86_400 * 10**6, n)).astype("timedelta64[us]")
    data["at"] = np.datetime64(start, "us") + drawn
    return pa.table(data)


def _number(rng: np.random.Generator, n: int, i: int, moved: bool) -> Any:
    """Normal, lognormal, counts, heavy tails, many zeros, far from zero with gaps."""
    if i < 6:
        drawn = rng.normal(size=n)
        return drawn + 0.10 if moved and i == 1 else drawn * 1.25 if moved and i == 2 else drawn
    if i < 10:
        return np.round(rng.lognormal(3 + 0.1 * (moved and i == 7), 1.0, size=n), 2)
    if i < 14:
        return rng.poisson(5 + (moved and i == 11) + 10 * (i - 10), size=n).astype("int64")
    if i < 17:
        return rng.standard_t(2.5, size=n) + (0.3 if moved and i == 16 else 0)
    if i < 19:
        zero = rng.random(n) < (0.5 if moved and i == 18 else 0.6)
        return np.round(np.where(zero, 0.0, rng.gamma(2, 50, size=n)), 1)
    drawn = rng.normal(1000, 1, size=n)
    return pa.array(drawn, mask=rng.random(n) < (0.08 if moved else 0.05))


def _weights(moved: bool) -> list[tuple[Any, str]]:
    """Shares of the levels of each categorical column."""
    ten = _zipf(10) * (np.linspace(1, 1.5, 10) if moved else 1)
    four = [0.58, 0.29, 0.1, 0.03] if moved else [0.6, 0.3, 0.1, 0]
    return [([0.5, 0.3, 0.2], "a"), (ten / ten.sum(), "region_"), (_zipf(50), "prod_"),
            (_zipf(1000), "sku_"), (four, "k")]  # fmt: skip


def _zipf(levels: int) -> Any:
    weights = 1 / np.arange(1, levels + 1)
    return weights / weights.sum()


def _named(drawn: Any, word: str, levels: int) -> Any:
    words = pa.array([f"{word}{j}" for j in range(levels)])
    return pa.DictionaryArray.from_arrays(pa.array(drawn.astype("int32")), words).cast(pa.string())
