"""Reads the tables of an export with DuckDB and pandas, as Parquet and as CSV, and compares every cell with want.json. Arguments: the folder."""
import datetime
import json
import pathlib
import sys

import duckdb
import pandas
import pyarrow.parquet

folder = pathlib.Path(sys.argv[1])
tables = json.loads((folder / "want.json").read_text(encoding="utf-8"))
DUCKDB = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "list": "VARCHAR[]"}
ARROW = {"string": "string", "integer": "int64", "number": "double", "boolean": "bool", "date": "date32[day]", "list": "list<element: string not null>"}
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")
wrong = []


def typed(column_type, value):
    """What a cell of Parquet holds for a value of want.json."""
    if value is None:
        return None
    if column_type == "number":
        return float(value)
    if column_type == "date":
        return datetime.date.fromisoformat(value)
    return value


def written(column_type, value):
    """What a cell of CSV holds for a value of want.json."""
    if value is None:
        return ""
    if column_type == "list":
        return "|".join(value)
    if column_type == "boolean":
        return "true" if value else "false"
    if column_type == "string" and value.startswith(DANGEROUS + ("'",)):
        return "'" + value
    return str(value)


def compare(reader, name, columns, want, got):
    if len(want) != len(got):
        wrong.append(f"{reader}: {name} has {len(got)} rows, not {len(want)}")
    for i, (w, g) in enumerate(zip(want, got)):
        for column, a, b in zip(columns, w, g):
            if a != b:
                wrong.append(f"{reader}: {name}[{i}].{column['Name']} is {b!r}, not {a!r}")


db = duckdb.connect()
for name, table in tables.items():
    columns, rows = table["Columns"], table["Rows"] or []
    types = [c["Type"] for c in columns]
    names = [c["Name"] for c in columns]
    want = [[typed(t, v) for t, v in zip(types, row)] for row in rows]
    texts = [[written(t, v) for t, v in zip(types, row)] for row in rows]
    parquet, csv = str(folder / f"{name}.parquet"), str(folder / f"{name}.csv")

    db.execute(f"CREATE TABLE {name} AS FROM read_parquet('{parquet}')")
    described = db.execute(f"DESCRIBE {name}").fetchall()
    if [(d[0], d[1]) for d in described] != [(n, DUCKDB[t]) for n, t in zip(names, types)]:
        wrong.append(f"DuckDB: {name} is {described}")
    compare("DuckDB, Parquet", name, columns, want, db.execute(f"FROM {name}").fetchall())

    schema = pyarrow.parquet.read_schema(parquet)
    if [(f.name, str(f.type)) for f in schema] != [(n, ARROW[t]) for n, t in zip(names, types)]:
        wrong.append(f"Arrow: {name} is {schema}")
    compare("Arrow, Parquet", name, columns, want, [list(r.values()) for r in pyarrow.parquet.read_table(parquet).to_pylist()])
    frame = pandas.read_parquet(parquet, dtype_backend="pyarrow")
    got = [[None if v is pandas.NA else list(v) if t == "list" else v for t, v in zip(types, row)] for row in frame.itertuples(index=False, name=None)]
    compare("pandas, Parquet", name, columns, want, got)

    frame = pandas.read_csv(csv, dtype=str, keep_default_na=False)
    if list(frame.columns) != names:
        wrong.append(f"pandas: the columns of {name} are {list(frame.columns)}")
    compare("pandas, CSV", name, columns, texts, list(frame.itertuples(index=False, name=None)))
    for column, column_type in zip(names, types):
        if column_type in ("string", "list"):
            for cell in frame[column]:
                if cell.startswith(DANGEROUS):
                    wrong.append(f"CSV: {name}.{column} has the formula {cell!r}")

    # Types are given, since a reader that guesses takes 007 for a number.
    given = ", ".join(f"'{n}': '{'VARCHAR' if t == 'list' else DUCKDB[t]}'" for n, t in zip(names, types))
    got = db.execute(f"FROM read_csv('{csv}', header = true, delim = ',', quote = '\"', escape = '\"', new_line = '\\r\\n', columns = {{{given}}})").fetchall()
    # DuckDB takes an empty cell for NULL, of lists too.
    want = [[None if v == "" else v if t in ("string", "list") else typed(t, plain) for t, v, plain in zip(types, line, row)] for line, row in zip(texts, rows)]
    compare("DuckDB, CSV", name, columns, want, got)
    (count,) = db.execute(f"SELECT count(*) FROM read_csv('{csv}')").fetchone()
    if count != len(rows):
        wrong.append(f"DuckDB, guessing: {name}.csv has {count} rows, not {len(rows)}")

joins = {
    "every statement's subject is an entity": "SELECT count(*) FROM statements s ANTI JOIN entities e ON s.subject = e.id",
    "every statement's object is an entity": "SELECT count(*) FROM (FROM statements WHERE object IS NOT NULL) s ANTI JOIN entities e ON s.object = e.id",
    "every claimed end is an entity": "SELECT count(*) FROM (SELECT unnest([claimed_subject, claimed_object]) AS id FROM statements) s ANTI JOIN entities e USING (id) WHERE id IS NOT NULL",
    "every name is of an entity": "SELECT count(*) FROM names n ANTI JOIN entities e ON n.entity = e.id",
    "every identifier is of an entity": "SELECT count(*) FROM identifiers n ANTI JOIN entities e ON n.entity = e.id",
    "every merged entity is merged into another": "SELECT count(*) FROM (FROM entities WHERE merged_into IS NOT NULL) m ANTI JOIN entities e ON m.merged_into = e.id",
    "every assertion is of a statement": "SELECT count(*) FROM assertions a ANTI JOIN statements s ON a.statement = s.id",
    "every assertion is of a dataset": "SELECT count(*) FROM assertions a ANTI JOIN datasets d ON a.dataset = d.id",
    "the datasets of a statement are those of its assertions":
        "SELECT count(*) FROM statements s JOIN (SELECT statement, list(dataset ORDER BY dataset) AS datasets FROM assertions GROUP BY ALL) a ON a.statement = s.id WHERE s.datasets <> a.datasets",
    "every evidence is of an assertion": "SELECT count(*) FROM evidence e ANTI JOIN assertions a USING (statement, dataset)",
    "assertions count their evidence":
        "SELECT count(*) FROM assertions a LEFT JOIN (SELECT statement, dataset, count(*) AS n FROM evidence GROUP BY ALL) e USING (statement, dataset) WHERE a.evidence <> coalesce(e.n, 0)",
    "datasets count their assertions":
        "SELECT count(*) FROM datasets d LEFT JOIN (SELECT dataset, count(*) AS n FROM assertions GROUP BY ALL) a ON a.dataset = d.id WHERE d.assertions <> coalesce(a.n, 0)",
    "a statement has an object, a value or a date alone": "SELECT count(*) FROM statements WHERE object IS NOT NULL AND value IS NOT NULL",
}
for says, query in joins.items():
    (count,) = db.execute(query).fetchone()
    if count:
        wrong.append(f"{says}, but {count} do not")

if wrong:
    sys.exit("\n".join(wrong[:40] + [f"{len(wrong)} in all"]))
