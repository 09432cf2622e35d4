-- BigQuery, scored
SELECT
  COUNT(*) AS `n`
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
    IF(IS_NAN(`t0`.`y_score`), CAST(NULL AS FLOAT64), `t0`.`y_score`) AS `s`
  FROM `rows` AS `t0`
  WHERE
    CAST(CAST(`t0`.`y_true` AS FLOAT64) = 1.0 AS INT64) IS NOT NULL
    AND IF(IS_NAN(`t0`.`y_score`), CAST(NULL AS FLOAT64), `t0`.`y_score`) IS NOT NULL
) AS `t1`;

-- BigQuery, bins
SELECT
  `t1`.`b`,
  COUNT(*) AS `n`,
  SUM(`t1`.`y`) AS `y`,
  SUM(CAST(ROUND(`t1`.`s` * 1000000000, 0) AS INT64)) AS `s`,
  SUM(
    CAST(ROUND(
      (
        `t1`.`s` - CAST(`t1`.`y` AS FLOAT64)
      ) * (
        `t1`.`s` - CAST(`t1`.`y` AS FLOAT64)
      ) * 1000000000,
      0
    ) AS INT64)
  ) AS `brier`,
  SUM(
    CAST(ROUND(
      (
        CAST(`t1`.`y` AS FLOAT64) - `t1`.`s`
      ) * (
        1 - (
          `t1`.`s` * 2
        )
      ) * 1000000000,
      0
    ) AS INT64)
  ) AS `sp_top`,
  SUM(
    CAST(ROUND(
      `t1`.`s` * (
        1 - `t1`.`s`
      ) * (
        1 - (
          `t1`.`s` * 2
        )
      ) * (
        1 - (
          `t1`.`s` * 2
        )
      ) * 1000000000,
      0
    ) AS INT64)
  ) AS `sp_var`
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
    IF(IS_NAN(`t0`.`y_score`), CAST(NULL AS FLOAT64), `t0`.`y_score`) AS `s`,
    CAST(TRUNC(
      LEAST(
        CAST(FLOOR(IF(IS_NAN(`t0`.`y_score`), CAST(NULL AS FLOAT64), `t0`.`y_score`) * 3000) AS INT64),
        2999.0
      )
    ) AS INT64) AS `b`
  FROM `rows` AS `t0`
  WHERE
    CAST(CAST(`t0`.`y_true` AS FLOAT64) = 1.0 AS INT64) IS NOT NULL
    AND IF(IS_NAN(`t0`.`y_score`), CAST(NULL AS FLOAT64), `t0`.`y_score`) IS NOT NULL
    AND IF(IS_NAN(`t0`.`y_score`), CAST(NULL AS FLOAT64), `t0`.`y_score`) >= 0
    AND IF(IS_NAN(`t0`.`y_score`), CAST(NULL AS FLOAT64), `t0`.`y_score`) <= 1
) AS `t1`
GROUP BY
  1;

-- Snowflake, scored
SELECT
  COUNT(*) AS "n"
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
    IFF("t0"."y_score" = CAST('NaN' AS DOUBLE), CAST(NULL AS DOUBLE), "t0"."y_score") AS "s"
  FROM "rows" AS "t0"
  WHERE
    CAST(CAST("t0"."y_true" AS DOUBLE) = 1.0 AS BIGINT) IS NOT NULL
    AND IFF("t0"."y_score" = CAST('NaN' AS DOUBLE), CAST(NULL AS DOUBLE), "t0"."y_score") IS NOT NULL
) AS "t1";

-- Snowflake, bins
SELECT
  "t1"."b",
  COUNT(*) AS "n",
  SUM("t1"."y") AS "y",
  SUM(CAST(ROUND("t1"."s" * 1000000000, 0) AS BIGINT)) AS "s",
  SUM(
    CAST(ROUND(
      (
        "t1"."s" - CAST("t1"."y" AS DOUBLE)
      ) * (
        "t1"."s" - CAST("t1"."y" AS DOUBLE)
      ) * 1000000000,
      0
    ) AS BIGINT)
  ) AS "brier",
  SUM(
    CAST(ROUND(
      (
        CAST("t1"."y" AS DOUBLE) - "t1"."s"
      ) * (
        1 - (
          "t1"."s" * 2
        )
      ) * 1000000000,
      0
    ) AS BIGINT)
  ) AS "sp_top",
  SUM(
    CAST(ROUND(
      "t1"."s" * (
        1 - "t1"."s"
      ) * (
        1 - (
          "t1"."s" * 2
        )
      ) * (
        1 - (
          "t1"."s" * 2
        )
      ) * 1000000000,
      0
    ) AS BIGINT)
  ) AS "sp_var"
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
    IFF("t0"."y_score" = CAST('NaN' AS DOUBLE), CAST(NULL AS DOUBLE), "t0"."y_score") AS "s",
    CAST(LEAST(
      CAST(FLOOR(
        IFF("t0"."y_score" = CAST('NaN' AS DOUBLE), CAST(NULL AS DOUBLE), "t0"."y_score") * 3000
      ) AS BIGINT),
      2999.0
    ) AS BIGINT) AS "b"
  FROM "rows" AS "t0"
  WHERE
    CAST(CAST("t0"."y_true" AS DOUBLE) = 1.0 AS BIGINT) IS NOT NULL
    AND IFF("t0"."y_score" = CAST('NaN' AS DOUBLE), CAST(NULL AS DOUBLE), "t0"."y_score") IS NOT NULL
    AND IFF("t0"."y_score" = CAST('NaN' AS DOUBLE), CAST(NULL AS DOUBLE), "t0"."y_score") >= 0
    AND IFF("t0"."y_score" = CAST('NaN' AS DOUBLE), CAST(NULL AS DOUBLE), "t0"."y_score") <= 1
) AS "t1"
GROUP BY
  1;

-- Trino, scored
SELECT
  COUNT(*) AS "n"
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
    IF(IS_NAN("t0"."y_score"), CAST(NULL AS DOUBLE), "t0"."y_score") AS "s"
  FROM "rows" AS "t0"
  WHERE
    CAST(CAST("t0"."y_true" AS DOUBLE) = CAST(1.0 AS DOUBLE) AS BIGINT) IS NOT NULL
    AND IF(IS_NAN("t0"."y_score"), CAST(NULL AS DOUBLE), "t0"."y_score") IS NOT NULL
) AS "t1";

-- Trino, bins
SELECT
  "t1"."b",
  COUNT(*) AS "n",
  SUM("t1"."y") AS "y",
  SUM(CAST(ROUND("t1"."s" * 1000000000, 0) AS BIGINT)) AS "s",
  SUM(
    CAST(ROUND(
      (
        "t1"."s" - CAST("t1"."y" AS DOUBLE)
      ) * (
        "t1"."s" - CAST("t1"."y" AS DOUBLE)
      ) * 1000000000,
      0
    ) AS BIGINT)
  ) AS "brier",
  SUM(
    CAST(ROUND(
      (
        CAST("t1"."y" AS DOUBLE) - "t1"."s"
      ) * (
        1 - (
          "t1"."s" * 2
        )
      ) * 1000000000,
      0
    ) AS BIGINT)
  ) AS "sp_top",
  SUM(
    CAST(ROUND(
      "t1"."s" * (
        1 - "t1"."s"
      ) * (
        1 - (
          "t1"."s" * 2
        )
      ) * (
        1 - (
          "t1"."s" * 2
        )
      ) * 1000000000,
      0
    ) AS BIGINT)
  ) AS "sp_var"
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
    IF(IS_NAN("t0"."y_score"), CAST(NULL AS DOUBLE), "t0"."y_score") AS "s",
    CAST(LEAST(
      CAST(FLOOR(IF(IS_NAN("t0"."y_score"), CAST(NULL AS DOUBLE), "t0"."y_score") * 3000) AS BIGINT),
      CAST(2999.0 AS DOUBLE)
    ) AS BIGINT) AS "b"
  FROM "rows" AS "t0"
  WHERE
    CAST(CAST("t0"."y_true" AS DOUBLE) = CAST(1.0 AS DOUBLE) AS BIGINT) IS NOT NULL
    AND IF(IS_NAN("t0"."y_score"), CAST(NULL AS DOUBLE), "t0"."y_score") IS NOT NULL
    AND IF(IS_NAN("t0"."y_score"), CAST(NULL AS DOUBLE), "t0"."y_score") >= 0
    AND IF(IS_NAN("t0"."y_score"), CAST(NULL AS DOUBLE), "t0"."y_score") <= 1
) AS "t1"
GROUP BY
  1;

-- Databricks, scored
SELECT
  COUNT(*) AS `n`
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
    IF(ISNAN(`t0`.`y_score`), CAST(NULL AS DOUBLE), `t0`.`y_score`) AS `s`
  FROM `rows` AS `t0`
  WHERE
    CAST(CAST(`t0`.`y_true` AS DOUBLE) = 1.0 AS BIGINT) IS NOT NULL
    AND (
      IF(ISNAN(`t0`.`y_score`), CAST(NULL AS DOUBLE), `t0`.`y_score`) IS NOT NULL
      AND NOT ISNAN(IF(ISNAN(`t0`.`y_score`), CAST(NULL AS DOUBLE), `t0`.`y_score`))
    )
) AS `t1`;

-- Databricks, bins
SELECT
  `t1`.`b`,
  COUNT(*) AS `n`,
  SUM(`t1`.`y`) AS `y`,
  SUM(CAST(ROUND(`t1`.`s` * 1000000000, 0) AS BIGINT)) AS `s`,
  SUM(
    CAST(ROUND(
      (
        `t1`.`s` - CAST(`t1`.`y` AS DOUBLE)
      ) * (
        `t1`.`s` - CAST(`t1`.`y` AS DOUBLE)
      ) * 1000000000,
      0
    ) AS BIGINT)
  ) AS `brier`,
  SUM(
    CAST(ROUND(
      (
        CAST(`t1`.`y` AS DOUBLE) - `t1`.`s`
      ) * (
        1 - (
          `t1`.`s` * 2
        )
      ) * 1000000000,
      0
    ) AS BIGINT)
  ) AS `sp_top`,
  SUM(
    CAST(ROUND(
      `t1`.`s` * (
        1 - `t1`.`s`
      ) * (
        1 - (
          `t1`.`s` * 2
        )
      ) * (
        1 - (
          `t1`.`s` * 2
        )
      ) * 1000000000,
      0
    ) AS BIGINT)
  ) AS `sp_var`
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
    IF(ISNAN(`t0`.`y_score`), CAST(NULL AS DOUBLE), `t0`.`y_score`) AS `s`,
    CAST(LEAST(
      CAST(FLOOR(IF(ISNAN(`t0`.`y_score`), CAST(NULL AS DOUBLE), `t0`.`y_score`) * 3000) AS BIGINT),
      2999.0
    ) AS BIGINT) AS `b`
  FROM `rows` AS `t0`
  WHERE
    CAST(CAST(`t0`.`y_true` AS DOUBLE) = 1.0 AS BIGINT) IS NOT NULL
    AND (
      IF(ISNAN(`t0`.`y_score`), CAST(NULL AS DOUBLE), `t0`.`y_score`) IS NOT NULL
      AND NOT ISNAN(IF(ISNAN(`t0`.`y_score`), CAST(NULL AS DOUBLE), `t0`.`y_score`))
    )
    AND IF(ISNAN(`t0`.`y_score`), CAST(NULL AS DOUBLE), `t0`.`y_score`) >= 0
    AND IF(ISNAN(`t0`.`y_score`), CAST(NULL AS DOUBLE), `t0`.`y_score`) <= 1
) AS `t1`
GROUP BY
  1;
