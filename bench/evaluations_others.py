"""Drift as other tools compute it. Runs in their environment: imports nothing of ours."""

import sys
from pathlib import Path

import pandas as pd

NUMBERS = [f"n{i:02d}" for i in range(20)]
CATEGORIES = [f"c{i}" for i in range(5)]


def evidently(reference: pd.DataFrame, current: pd.DataFrame) -> None:
    """The drift preset of Evidently with its defaults."""
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    kinds = DataDefinition(numerical_columns=NUMBERS, categorical_columns=CATEGORIES)
    names = [*NUMBERS, *CATEGORIES]
    old, new = (
        Dataset.from_pandas(table[names], data_definition=kinds) for table in (reference, current)
    )
    Report([DataDriftPreset()]).run(new, old).dict()


def nannyml(reference: pd.DataFrame, current: pd.DataFrame) -> None:
    """Univariate drift of NannyML, three methods for numbers and two for levels, by day."""
    import nannyml as nml

    found = nml.UnivariateDriftCalculator(
        column_names=[*NUMBERS, *CATEGORIES],
        treat_as_categorical=CATEGORIES,
        timestamp_column_name="at",
        continuous_methods=["kolmogorov_smirnov", "jensen_shannon", "wasserstein"],
        categorical_methods=["chi2", "jensen_shannon"],
        chunk_period="D",
    )
    found.fit(reference).calculate(current).to_df()


def main() -> None:
    name, folder = sys.argv[1], Path(sys.argv[2])
    reference, current = (
        pd.read_parquet(folder / f"{side}.parquet") for side in ("reference", "current")
    )
    (evidently if name == "Evidently" else nannyml)(reference, current)


if __name__ == "__main__":
    main()
