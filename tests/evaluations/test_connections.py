"""Rows from databases and object stores, within limits, and without their secrets."""

import datetime as dt
import io
import sqlite3
import time
from contextlib import closing

import pandas as pd
import psycopg
import pytest
from django.db import connection

from evaluations.connections import rows_between
from evaluations.models import CheckRun
from ledger.errors import Refused
from models_registry.models import DatasetVersion
from tests.builders.evaluations import as_csv, cancer
from tests.builders.monitors import monitor, new_monitor, tick

# Drivers and Ibis warn about each other's newer versions.
pytestmark = pytest.mark.filterwarnings("ignore")
START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def warehouse(settings, tmp_path):
    """A SQLite file with 285 rows of each of two days, reached through Ibis."""
    path = tmp_path / "warehouse.sqlite"
    rows = cancer()["current"][["y_true", "y_pred"]].values.tolist()
    with closing(sqlite3.connect(path)) as con:
        con.execute("CREATE TABLE scores (y_true INT, y_pred INT, scored_at TIMESTAMP)")
        for day in ("2026-11-01 00:00:00", "2026-11-02 00:00:00"):
            con.executemany("INSERT INTO scores VALUES (?, ?, ?)", [(*row, day) for row in rows])
        con.commit()
    settings.MONITOR_CONNECTION_SECRETS = {"scores": f"sqlite://{path}", "gone": "nosuch://x"}
    return path


def read(name, table="scores", column="scored_at", start=START, end=START + DAY):
    with rows_between(name, table, column, start, end) as (file, ending):
        return file.read(), ending


def test_a_warehouse_gives_the_rows_of_the_half_open_window(warehouse):
    content, ending = read("scores")
    assert (pd.read_parquet(io.BytesIO(content)).shape, ending) == ((285, 3), ".parquet")
    with pytest.raises(Refused, match="gave no rows"):
        read("scores", table="absent")
    with pytest.raises(Refused, match="no name of a table"):
        read("scores", table="scores; DROP TABLE scores")


def test_a_driver_that_is_missing_and_a_connection_nobody_named_say_what_to_do(warehouse, settings):
    settings.MONITOR_CONNECTION_SECRETS["cloud"] = "snowflake://me:hush@account/db"
    with pytest.raises(Refused, match=r"ibis-framework\[snowflake\]") as caught:
        read("cloud")
    assert "hush" not in str(caught.value)
    with pytest.raises(Refused, match="no address"):
        read("unknown")


def test_too_many_rows_are_refused(warehouse, settings):
    settings.MONITOR_CONNECTION_ROWS = 284
    with pytest.raises(Refused, match="shorter windows"):
        read("scores")


@pytest.mark.django_db
def test_a_monitor_reads_its_window_from_a_connection_and_keeps_the_rows(
    world, warehouse, settings
):
    unit = monitor(world).model_version.model.unit_id
    values = {
        "name": "From the warehouse", "source": "connection", "place": "scores",
        "pattern": "scores", "time_column": "scored_at", "every_minutes": 1440,
        "roles": {"y_true": "y_true", "y_pred": "y_pred", "positive": "1"},
    }  # fmt: skip
    with pytest.raises(Refused) as caught:
        new_monitor(world, **values)
    assert caught.value.field == "place"
    settings.MONITOR_CONNECTIONS = [(unit, "scores")]
    with pytest.raises(Refused):
        new_monitor(world, **{**values, "time_column": ""})
    made = new_monitor(world, **values)
    with closing(sqlite3.connect(warehouse)) as con:
        con.execute("UPDATE scores SET scored_at = ?", [f"{made.cursor:%Y-%m-%d %H:%M:%S}"])
        con.commit()
    tick(world, made.next_at)
    run = CheckRun.objects.get(window__monitor=made)
    assert (run.verdict, run.n_rows) == ("pass", 570)
    assert DatasetVersion.objects.get(pk=run.current_id).fingerprint


@pytest.mark.django_db
def test_a_prefix_of_an_object_store_is_read_like_a_folder(world, settings, tmp_path):
    unit = monitor(world).model_version.model.unit_id
    prefix = tmp_path.as_uri()
    settings.MONITOR_FOLDERS = [(unit, prefix)]
    made = new_monitor(world, name="S3", source="folder", place=prefix, pattern="s-%Y%m%d%H.csv")
    (tmp_path / made.cursor.strftime("s-%Y%m%d%H.csv")).write_bytes(as_csv(cancer()["current"]))
    tick(world, made.next_at)
    assert CheckRun.objects.get(window__monitor=made).verdict == "pass"


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_postgresql_is_read_only_bounded_in_time_and_half_open(settings):
    known = connection.settings_dict
    address = psycopg.conninfo.conninfo_to_dict(
        host=known["HOST"], port=known["PORT"], user=known["USER"], password=known["PASSWORD"],
        dbname=known["NAME"],
    )  # fmt: skip
    uri = f"postgresql://{address['user']}:{address['password']}@/{address['dbname']}?" + "&".join(
        f"{name}={address[name]}" for name in ("host", "port") if address.get(name)
    )
    settings.MONITOR_CONNECTION_SECRETS = {"here": uri}
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE scored (at timestamptz, y int)")
        cursor.execute(
            "INSERT INTO scored SELECT %s::timestamptz + n * interval '12 hours', n "
            "FROM generate_series(0, 4) n", [START],
        )  # fmt: skip
        cursor.execute(
            "CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS "
            "$$ INSERT INTO scored VALUES (now(), 9) RETURNING y $$"
        )
        cursor.execute("CREATE VIEW naughty AS SELECT at, writes() FROM scored")
        cursor.execute("CREATE VIEW slow AS SELECT at, pg_sleep(5)::text FROM scored")
    content, ending = read("here", "scored", "at")
    assert (content.decode().splitlines()[0], content.count(b"\n"), ending) == ("at,y", 3, ".csv")
    with pytest.raises(Refused, match="ReadOnlySqlTransaction"):
        read("here", "naughty", "at")
    settings.MONITOR_CONNECTION_SECONDS = 1
    began = time.monotonic()
    with pytest.raises(Refused, match="QueryCanceled"):
        read("here", "slow", "at")
    assert time.monotonic() - began < 4
    settings.MONITOR_CONNECTION_ROWS = 1
    with pytest.raises(Refused, match="shorter windows"):
        read("here", "scored", "at")
