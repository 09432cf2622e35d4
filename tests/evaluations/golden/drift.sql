-- BigQuery, rows
SELECT
  COUNT(*) AS `n`
FROM `rows` AS `t0`;

-- BigQuery, grid
SELECT
  `t2`.`b`,
  `t2`.`a`,
  COUNT(*) AS `k`,
  MIN(`t2`.`x`) AS `lo`,
  MAX(`t2`.`x`) AS `hi`
FROM (
  SELECT
    `t1`.`x`,
    CAST(FLOOR(
      SIGN(ieee_divide(`t1`.`x` - 0.5, 1.25)) * LN(
        ABS(ieee_divide(`t1`.`x` - 0.5, 1.25)) + SQRT((
          ieee_divide(`t1`.`x` - 0.5, 1.25) * ieee_divide(`t1`.`x` - 0.5, 1.25)
        ) + 1)
      ) * 200
    ) AS INT64) AS `b`,
    0 + CAST(`t1`.`x` > 0.0 AS INT64) + CAST(`t1`.`x` >= 0.0 AS INT64) AS `a`
  FROM (
    SELECT
      LEAST(GREATEST(IF(IS_NAN(`t0`.`x`), CAST(NULL AS FLOAT64), `t0`.`x`), -1E+100), 1e+100) AS `x`
    FROM `rows` AS `t0`
    WHERE
      IF(IS_NAN(`t0`.`x`), CAST(NULL AS FLOAT64), `t0`.`x`) IS NOT NULL
  ) AS `t1`
) AS `t2`
GROUP BY
  1,
  2;

-- BigQuery, levels
SELECT
  `t3`.`v`,
  SUM(`t3`.`k`) AS `k`
FROM (
  SELECT
    IF(`t2`.`v` IN ('a', 'b'), `t2`.`v`, '(other values)') AS `v`,
    `t2`.`k`
  FROM (
    SELECT
      `t1`.`v`,
      COUNT(*) AS `k`
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
        `t0`.`c` AS `v`
      FROM `rows` AS `t0`
      WHERE
        `t0`.`c` IS NOT NULL
    ) AS `t1`
    GROUP BY
      1
  ) AS `t2`
) AS `t3`
GROUP BY
  1;

-- Snowflake, rows
SELECT
  COUNT(*) AS "n"
FROM "rows" AS "t0";

-- Snowflake, grid
SELECT
  "t2"."b",
  "t2"."a",
  COUNT(*) AS "k",
  MIN("t2"."x") AS "lo",
  MAX("t2"."x") AS "hi"
FROM (
  SELECT
    "t1"."x",
    CAST(FLOOR(
      SIGN((
        "t1"."x" - 0.5
      ) / 1.25) * LN(
        ABS((
          "t1"."x" - 0.5
        ) / 1.25) + SQRT(
          (
            (
              (
                "t1"."x" - 0.5
              ) / 1.25
            ) * (
              (
                "t1"."x" - 0.5
              ) / 1.25
            )
          ) + 1
        )
      ) * 200
    ) AS BIGINT) AS "b",
    0 + CAST("t1"."x" > 0.0 AS BIGINT) + CAST("t1"."x" >= 0.0 AS BIGINT) AS "a"
  FROM (
    SELECT
      LEAST(
        GREATEST(IFF("t0"."x" = CAST('NaN' AS DOUBLE), CAST(NULL AS DOUBLE), "t0"."x"), -1E+100),
        1e+100
      ) AS "x"
    FROM "rows" AS "t0"
    WHERE
      IFF("t0"."x" = CAST('NaN' AS DOUBLE), CAST(NULL AS DOUBLE), "t0"."x") IS NOT NULL
  ) AS "t1"
) AS "t2"
GROUP BY
  1,
  2;

-- Snowflake, levels
SELECT
  "t3"."v",
  SUM("t3"."k") AS "k"
FROM (
  SELECT
    IFF("t2"."v" IN ('a', 'b'), "t2"."v", '(other values)') AS "v",
    "t2"."k"
  FROM (
    SELECT
      "t1"."v",
      COUNT(*) AS "k"
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
        "t0"."c" AS "v"
      FROM "rows" AS "t0"
      WHERE
        "t0"."c" IS NOT NULL
    ) AS "t1"
    GROUP BY
      1
  ) AS "t2"
) AS "t3"
GROUP BY
  1;

-- Trino, rows
SELECT
  COUNT(*) AS "n"
FROM "rows" AS "t0";

-- Trino, grid
SELECT
  "t2"."b",
  "t2"."a",
  COUNT(*) AS "k",
  MIN("t2"."x") AS "lo",
  MAX("t2"."x") AS "hi"
FROM (
  SELECT
    "t1"."x",
    CAST(FLOOR(
      SIGN((
        "t1"."x" - CAST(0.5 AS DOUBLE)
      ) / CAST(1.25 AS DOUBLE)) * LN(
        ABS((
          "t1"."x" - CAST(0.5 AS DOUBLE)
        ) / CAST(1.25 AS DOUBLE)) + SQRT(
          (
            (
              (
                "t1"."x" - CAST(0.5 AS DOUBLE)
              ) / CAST(1.25 AS DOUBLE)
            ) * (
              (
                "t1"."x" - CAST(0.5 AS DOUBLE)
              ) / CAST(1.25 AS DOUBLE)
            )
          ) + 1
        )
      ) * 200
    ) AS BIGINT) AS "b",
    0 + CAST("t1"."x" > CAST(0.0 AS DOUBLE) AS BIGINT) + CAST("t1"."x" >= CAST(0.0 AS DOUBLE) AS BIGINT) AS "a"
  FROM (
    SELECT
      LEAST(
        GREATEST(IF(IS_NAN("t0"."x"), CAST(NULL AS DOUBLE), "t0"."x"), CAST(-1E+100 AS DOUBLE)),
        CAST(1e+100 AS DOUBLE)
      ) AS "x"
    FROM "rows" AS "t0"
    WHERE
      IF(IS_NAN("t0"."x"), CAST(NULL AS DOUBLE), "t0"."x") IS NOT NULL
  ) AS "t1"
) AS "t2"
GROUP BY
  1,
  2;

-- Trino, levels
SELECT
  "t3"."v",
  SUM("t3"."k") AS "k"
FROM (
  SELECT
    IF("t2"."v" IN ('a', 'b'), "t2"."v", '(other values)') AS "v",
    "t2"."k"
  FROM (
    SELECT
      "t1"."v",
      COUNT(*) AS "k"
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
        "t0"."c" AS "v"
      FROM "rows" AS "t0"
      WHERE
        "t0"."c" IS NOT NULL
    ) AS "t1"
    GROUP BY
      1
  ) AS "t2"
) AS "t3"
GROUP BY
  1;

-- Databricks, rows
SELECT
  COUNT(*) AS `n`
FROM `rows` AS `t0`;

-- Databricks, grid
SELECT
  `t2`.`b`,
  `t2`.`a`,
  COUNT(*) AS `k`,
  MIN(`t2`.`x`) AS `lo`,
  MAX(`t2`.`x`) AS `hi`
FROM (
  SELECT
    `t1`.`x`,
    CAST(FLOOR(
      SIGN(TRY_DIVIDE(`t1`.`x` - 0.5, 1.25)) * LN(
        ABS(TRY_DIVIDE(`t1`.`x` - 0.5, 1.25)) + SQRT((
          TRY_DIVIDE(`t1`.`x` - 0.5, 1.25) * TRY_DIVIDE(`t1`.`x` - 0.5, 1.25)
        ) + 1)
      ) * 200
    ) AS BIGINT) AS `b`,
    0 + CAST(`t1`.`x` > 0.0 AS BIGINT) + CAST(`t1`.`x` >= 0.0 AS BIGINT) AS `a`
  FROM (
    SELECT
      LEAST(GREATEST(IF(ISNAN(`t0`.`x`), CAST(NULL AS DOUBLE), `t0`.`x`), -1E+100), 1e+100) AS `x`
    FROM `rows` AS `t0`
    WHERE
      IF(ISNAN(`t0`.`x`), CAST(NULL AS DOUBLE), `t0`.`x`) IS NOT NULL
      AND NOT ISNAN(IF(ISNAN(`t0`.`x`), CAST(NULL AS DOUBLE), `t0`.`x`))
  ) AS `t1`
) AS `t2`
GROUP BY
  1,
  2;

-- Databricks, levels
SELECT
  `t3`.`v`,
  SUM(`t3`.`k`) AS `k`
FROM (
  SELECT
    IF(`t2`.`v` IN ('a', 'b'), `t2`.`v`, '(other values)') AS `v`,
    `t2`.`k`
  FROM (
    SELECT
      `t1`.`v`,
      COUNT(*) AS `k`
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
        `t0`.`c` AS `v`
      FROM `rows` AS `t0`
      WHERE
        `t0`.`c` IS NOT NULL
    ) AS `t1`
    GROUP BY
      1
  ) AS `t2`
) AS `t3`
GROUP BY
  1;
