"""Computes aggregates, rates and trends of a dataset a second way: DuckDB, scipy, pymannkendall.

    python .ci/aggregates.py DATASET

Fails with the first rows that differ.
"""

import sys

import duckdb
import pandas as pd
import pymannkendall
from scipy import stats

dataset = sys.argv[1]
db = duckdb.connect()
for name in ("facts", "reports", "aggregates", "rates", "trends", "regions", "panel"):
    db.sql(f"create view {name} as select * from '{dataset}/{name}.parquet'")
problems = []


def compare(what, differing, total):
    print(f"{what}: {total} rows computed again, {len(differing)} differ")
    if len(differing):
        problems.append(f"{what}\n{differing.head(5).T}")


# Of a report and figure one value: stated before blank, total before empty, table before prose, first before later.
db.sql("""
    create table figures as
    select f.report_id, r.region_code, r.level, r.org_kind, r.scope, r.year, indicator, dimension, category,
           case when applicant = 'total' then '' else applicant end as who, value
    from facts f join reports r using (report_id)
    where counted and period = 'year' and r.selected and r.level is not null
    qualify row_number() over (partition by f.report_id, indicator, dimension, category, who
                               order by value is null, applicant <> 'total', origin <> 'table', fact_no) = 1
""")
# The region above, as it was in the year.
db.sql("""
    create table placed as
    select figures.*, 'own' as basis, case when level = 'nation' then '000000' else region_code end as place from figures where level <> 'township'
    union all
    select figures.*, 'parts', case figures.level when 'township' then figures.region_code when 'province' then '000000' else above.parent_code end
    from figures left join regions above
        on above.region_code = figures.region_code and figures.year between above.valid_from and coalesce(above.valid_to, 9999)
    where figures.level <> 'nation'
""")
again = db.sql("""
    select basis, place as region_code, level, org_kind, scope, year, indicator, dimension, category, who as applicant,
           count(value) as n, sum(value) as s, avg(value) as mean2, median(value) as median2, min(value) as min2, max(value) as max2
    from placed where place is not null group by all
""").df()
keys = ["basis", "region_code", "level", "org_kind", "scope", "year", "indicator", "dimension", "category", "applicant"]
both = db.sql("select * from aggregates").df().merge(again, on=keys, how="outer", indicator=True)
near = lambda a, b: (a - b).abs() <= 1e-9 * a.abs().clip(lower=1)
same = both._merge.eq("both") & both.n_reported.eq(both.n)
for published, own in (("sum", "s"), ("mean", "mean2"), ("median", "median2"), ("min", "min2"), ("max", "max2")):
    same &= near(both[published], both[own]) | (both[published].isna() & both[own].isna())
compare("aggregates", both[~same][keys + ["_merge", "n_reported", "n", "sum", "s", "mean", "mean2", "median", "median2"]], len(both))

rates = db.sql("select * from rates").df()
nothing = rates.denominator.eq(0) & rates.value.isna()
compare("rates", rates[~(near(rates.value, rates.numerator / rates.denominator) | nothing)], len(rates))

# A body that is a unit's only one: its trend is that of its panel. Rates are left to the tests.
trends = db.sql("select * from trends where basis = 'own' and n_bodies = 1 and org_kind = 'government' and unit <> 'share'").df()
panel = db.sql("select * from panel where report_id is not null and body_id like '%/government/'").df()
series = {unit: rows.sort_values("year") for unit, rows in panel.groupby(panel.body_id.str.split("/").str[0])}
different, seen = [], 0
for row in trends.itertuples():
    column = f"cmp_{row.measure}"
    rows = series.get(row.unit_code)
    if rows is None or column not in rows:
        continue
    rows = rows[rows.year.between(row.first_year, row.last_year) & rows[column].notna() & rows.level.eq(row.level)]
    if len(rows) != row.n:
        continue
    seen += 1
    years, values = rows.year.astype(float), rows[column].astype(float)
    test = pymannkendall.original_test(values.to_numpy())
    found = {
        "slope_ols": stats.linregress(years, values).slope,
        "slope_sen": stats.theilslopes(values, years)[0],
        "mk_s": test.s,
        "mk_z": test.z,
        "p": test.p,
    }
    for name, value in found.items():
        published = getattr(row, name)
        if pd.notna(published) and abs(published - value) > 1e-6 * max(1, abs(value)):
            different.append({"unit": row.unit_code, "measure": row.measure, "what": name, "published": published, "again": value})
compare("trends", pd.DataFrame(different), seen)
sys.exit("\n".join(problems) or 0)
