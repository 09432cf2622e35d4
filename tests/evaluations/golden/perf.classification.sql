-- BigQuery, rows
SELECT
  COUNT(*) AS `n`
FROM `rows` AS `t0`;

-- BigQuery, counts
SELECT
  SUM(`t1`.`y` * `t1`.`p`) AS `tp`,
  SUM((
    1 - `t1`.`y`
  ) * `t1`.`p`) AS `fp`,
  SUM(`t1`.`y` * (
    1 - `t1`.`p`
  )) AS `fn`,
  SUM((
    1 - `t1`.`y`
  ) * (
    1 - `t1`.`p`
  )) AS `tn`
FROM (
  SELECT
    `t0`.`x`,
    `t0`.`z`,
    `t0`.`c`,
    `t0`.`y_score`,
    `t0`.`y_true`,
    `t0`.`y_pred`,
    `t0`.`group`,
    `t0`.`age`,
    `t0`.`ms`,
    `t0`.`cents`,
    `t0`.`broke`,
    CAST(CAST(`t0`.`y_true` AS FLOAT64) = 1.0 AS INT64) AS `y`,
    CAST(CAST(`t0`.`y_pred` AS FLOAT64) = 1.0 AS INT64) AS `p`
  FROM `rows` AS `t0`
  WHERE
    CAST(CAST(`t0`.`y_true` AS FLOAT64) = 1.0 AS INT64) IS NOT NULL
    AND CAST(CAST(`t0`.`y_pred` AS FLOAT64) = 1.0 AS INT64) IS NOT NULL
) AS `t1`;

-- Snowflake, rows
SELECT
  COUNT(*) AS "n"
FROM "rows" AS "t0";

-- Snowflake, counts
SELECT
  SUM("t1"."y" * "t1"."p") AS "tp",
  SUM((
    1 - "t1"."y"
  ) * "t1"."p") AS "fp",
  SUM("t1"."y" * (
    1 - "t1"."p"
  )) AS "fn",
  SUM((
    1 - "t1"."y"
  ) * (
    1 - "t1"."p"
  )) AS "tn"
FROM (
  SELECT
    "t0"."x",
    "t0"."z",
    "t0"."c",
    "t0"."y_score",
    "t0"."y_true",
    "t0"."y_pred",
    "t0"."group",
    "t0"."age",
    "t0"."ms",
    "t0"."cents",
    "t0"."broke",
    CAST(CAST("t0"."y_true" AS DOUBLE) = 1.0 AS BIGINT) AS "y",
    CAST(CAST("t0"."y_pred" AS DOUBLE) = 1.0 AS BIGINT) AS "p"
  FROM "rows" AS "t0"
  WHERE
    CAST(CAST("t0"."y_true" AS DOUBLE) = 1.0 AS BIGINT) IS NOT NULL
    AND CAST(CAST("t0"."y_pred" AS DOUBLE) = 1.0 AS BIGINT) IS NOT NULL
) AS "t1";

-- Trino, rows
SELECT
  COUNT(*) AS "n"
FROM "rows" AS "t0";

-- Trino, counts
SELECT
  SUM("t1"."y" * "t1"."p") AS "tp",
  SUM((
    1 - "t1"."y"
  ) * "t1"."p") AS "fp",
  SUM("t1"."y" * (
    1 - "t1"."p"
  )) AS "fn",
  SUM((
    1 - "t1"."y"
  ) * (
    1 - "t1"."p"
  )) AS "tn"
FROM (
  SELECT
    "t0"."x",
    "t0"."z",
    "t0"."c",
    "t0"."y_score",
    "t0"."y_true",
    "t0"."y_pred",
    "t0"."group",
    "t0"."age",
    "t0"."ms",
    "t0"."cents",
    "t0"."broke",
    CAST(CAST("t0"."y_true" AS DOUBLE) = CAST(1.0 AS DOUBLE) AS BIGINT) AS "y",
    CAST(CAST("t0"."y_pred" AS DOUBLE) = CAST(1.0 AS DOUBLE) AS BIGINT) AS "p"
  FROM "rows" AS "t0"
  WHERE
    CAST(CAST("t0"."y_true" AS DOUBLE) = CAST(1.0 AS DOUBLE) AS BIGINT) IS NOT NULL
    AND CAST(CAST("t0"."y_pred" AS DOUBLE) = CAST(1.0 AS DOUBLE) AS BIGINT) IS NOT NULL
) AS "t1";

-- Databricks, rows
SELECT
  COUNT(*) AS `n`
FROM `rows` AS `t0`;

-- Databricks, counts
SELECT
  SUM(`t1`.`y` * `t1`.`p`) AS `tp`,
  SUM((
    1 - `t1`.`y`
  ) * `t1`.`p`) AS `fp`,
  SUM(`t1`.`y` * (
    1 - `t1`.`p`
  )) AS `fn`,
  SUM((
    1 - `t1`.`y`
  ) * (
    1 - `t1`.`p`
  )) AS `tn`
FROM (
  SELECT
    `t0`.`x`,
    `t0`.`z`,
    `t0`.`c`,
    `t0`.`y_score`,
    `t0`.`y_true`,
    `t0`.`y_pred`,
    `t0`.`group`,
    `t0`.`age`,
    `t0`.`ms`,
    `t0`.`cents`,
    `t0`.`broke`,
    CAST(CAST(`t0`.`y_true` AS DOUBLE) = 1.0 AS BIGINT) AS `y`,
    CAST(CAST(`t0`.`y_pred` AS DOUBLE) = 1.0 AS BIGINT) AS `p`
  FROM `rows` AS `t0`
  WHERE
    CAST(CAST(`t0`.`y_true` AS DOUBLE) = 1.0 AS BIGINT) IS NOT NULL
    AND CAST(CAST(`t0`.`y_pred` AS DOUBLE) = 1.0 AS BIGINT) IS NOT NULL
) AS `t1`;
