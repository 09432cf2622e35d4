"""Tables of predictions for the demonstration, drawn from a fixed seed; nobody's real data."""

import io

import numpy as np
import pandas as pd

PURPOSES = np.array(["car", "home", "debts", "travel", "other"])
AGES = np.array(["18-24", "25-34", "35-49", "50-64", "65+"])


def predictions(rows: int, *, seed: int, later: bool = False) -> pd.DataFrame:
    """Loan applications with score, decision and outcome: one row each, 11 columns.

    ``later`` draws from a world that moved on: incomes fell, credit lines are used more, and the
    youngest applicants default more often than the score says.
    """
    rng = np.random.default_rng(seed)
    age = rng.choice(AGES, size=rows, p=[0.12, 0.26, 0.32, 0.2, 0.1])
    income = rng.lognormal(7.75 - 0.22 * later, 0.38, rows).round(-1)
    utilisation = np.clip(rng.beta(2.0 + 1.1 * later, 4.2 - 0.9 * later, rows), 0, 1).round(3)
    late_payments = rng.poisson(0.5 + 0.35 * utilisation, rows)
    amount = rng.gamma(2.4, 4200, rows).clip(1000, 40_000).round(-2)
    term = rng.choice([12, 24, 36, 48, 60, 72], rows)
    purpose = rng.choice(PURPOSES, rows, p=[0.34, 0.22, 0.24, 0.08, 0.12])
    burden = amount / term / income
    debts = 0.35 * (purpose == "debts")
    linear = -5.9 + 2.6 * utilisation + 1.0 * late_payments + 7.0 * burden + debts
    score = 1 / (1 + np.exp(-linear))
    young = 0.9 * ((age == "18-24") & later)
    truth = 1 / (1 + np.exp(-(linear + young + rng.normal(0, 0.25, rows))))
    return pd.DataFrame(
        {
            "application_id": np.arange(1, rows + 1) + (1_000_000 if later else 0),
            "age_band": age,
            "income": income,
            "utilisation": utilisation,
            "late_payments_24m": late_payments,
            "loan_amount": amount,
            "term_months": term,
            "purpose": purpose,
            "score": score.round(5),
            "predicted_default": (score >= 0.24).astype(int),
            "defaulted": (rng.random(rows) < truth).astype(int),
        }
    )


def as_parquet(frame: pd.DataFrame) -> io.BytesIO:
    """The table as a Parquet file."""
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    stream.seek(0)
    return stream


def as_csv(frame: pd.DataFrame) -> io.BytesIO:
    """The table as a CSV file."""
    return io.BytesIO(frame.to_csv(index=False).encode())
