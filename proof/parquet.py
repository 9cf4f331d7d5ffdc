"""DuckDB reads the Parquet files of the newest night and agrees with the API, organization by organization."""

import pathlib
import sys
import tempfile

import duckdb
import requests


def main(base):
    manifest = requests.get(f"{base}/data/manifest.json", timeout=60).json()
    rows = {file["name"]: file["rows"] for file in manifest["files"]}
    with tempfile.TemporaryDirectory() as folder:
        tables = {}
        for name in [name for name in rows if name.endswith(".parquet")]:
            file = pathlib.Path(folder) / pathlib.Path(name).name
            file.write_bytes(requests.get(f"{base}/data/{manifest['date']}/{name}", timeout=120).content)
            tables[file.stem] = str(file)
            count = duckdb.sql(f"SELECT count(*) FROM '{file}'").fetchall()[0][0]
            assert count == rows[name], f"{name}: {count} rows, {rows[name]} in the manifest"
            print(f"{name}: {count} rows")
        said = {}
        after = ""
        while after is not None:
            page = requests.get(f"{base}/api/v1/organizations", params={"limit": 100, **({"after": after} if after else {})}, timeout=60).json()
            said.update({one["id"]: one for one in page["results"]})
            after = page.get("next_after")
        read = duckdb.sql(f"SELECT id, name, status, version, state FROM '{tables['organizations']}'").fetchall()
        assert len(read) == len(said), f"{len(read)} in the file, {len(said)} in the API"
        for id, name, status, version, state in read:
            one = said[id]
            assert (name, status, version) == (one["name"], one["status"], one["version"]), (id, name, one["name"])
            places = one.get("locations") or [{}]
            assert state == places[0].get("state"), (id, state, places[0])
        listed = duckdb.sql(f"SELECT count(*) FROM '{tables['organizations']}' WHERE listed").fetchall()[0][0]
        asked = requests.get(f"{base}/api/v1/organizations", params={"listed": "true", "limit": 1}, timeout=60).json()
        assert 0 < listed == asked["total"], (listed, asked.get("total"))
        print(f"organizations: {len(read)} agree, {listed} of them listed")


if __name__ == "__main__":
    main(sys.argv[1])
