"""The recipes, each run by its own orchestrator: `make recipes`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from demo.postgres import Postgres, running_postgres
from recipes.one_site import load_site
from tests.e2e import shop
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.shops.demo import demo

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
RECIPES = ROOT / "recipes"
KEY = "IST.fake-key-of-the-agency"
ACCOUNT = "aaaaaaaa-0000-4000-8000-000000000001"
SECONDS = 900
COUNT = "SELECT count(*) AS count FROM products WHERE {} = '{}'"


@pytest.fixture
def agency() -> Iterator[FakeWix]:
    """Two shops of one account, an old one and a new one."""
    sites = [Site(version, account_id=ACCOUNT, api_key=KEY) for version in (V1, V3)]
    for site in sites:
        demo(site)
    with FakeWix(*sites) as wix:
        wix.site_list.account_keys.add(KEY)
        yield wix


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def database(postgres: Postgres, tmp_path: Path) -> Postgres:
    name = "".join(letter for letter in tmp_path.name if letter.isalnum())
    return postgres.create_database(f"recipe_{name.lower()}")


@pytest.fixture
def settings(agency: FakeWix, database: Postgres, tmp_path: Path) -> dict[str, str]:
    """What the recipes find in their environment."""
    return {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "TAP": str(ROOT / ".venv" / "bin" / "tap-wix"),
        "LOADER": str(ROOT / ".meltano/loaders/target-postgres/venv/bin/target-postgres"),
        "TAP_WIX_API_KEY": KEY,
        "TAP_WIX_API_URL": agency.url,
        "TAP_WIX_REQUESTS_PER_MINUTE": "60000",
        # Then an incremental run reads what changed, and what shares the bookmark's millisecond.
        "TAP_WIX_LOOKBACK_MINUTES": "0",
        "WIX_SITE_IDS": ",".join(site.site_id for site in agency.sites),
        "WIX_STATE": str(tmp_path / "state"),
        **database.environment("target-postgres"),
        "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": "public",
        "TARGET_POSTGRES_LOAD_METHOD": "upsert",
    }


def run(tool: str, command: str, *arguments: object, env: dict[str, str], cwd: Path) -> str:
    """Run a command of a recipe's environment; return what it printed."""
    program = ROOT / ".tools" / "recipes" / tool / "bin" / command
    assert program.exists(), "run make recipes"
    done = subprocess.run(
        [program, *map(str, arguments)],
        env=env,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def install(recipe: str, folder: Path) -> Path:
    """Put a recipe where its orchestrator looks for it."""
    folder.mkdir()
    for file in (RECIPES / "one_site.py", *(RECIPES / recipe).glob("*.py")):
        shutil.copy(file, folder)
    return folder


def rename_a_product(agency: FakeWix) -> str:
    """Have the owner of the new shop rename a product; return its id."""
    site = agency.sites[1]
    product = site.v3.products.all()[0]["id"]
    stored = site.v3.products.edit(product)
    revision = str(int(stored["revision"]) + 1)
    changed = {**stored, "name": "Renamed", "revision": revision, "updatedDate": site.now()}
    site.v3.products.put(changed, indexed=True)
    return str(product)


def loaded(database: Postgres, agency: FakeWix) -> None:
    """Compare the products in the tables with those in the shops."""
    found: dict[str, dict[str, str]] = {}
    for row in database.rows('SELECT "siteId", id, name FROM products'):
        found.setdefault(row["siteId"], {})[row["id"]] = row["name"]
    assert found == names_in(agency)


def names_in(agency: FakeWix) -> dict[str, dict[str, str]]:
    """The names of the products of each shop, by their ids."""
    old, new = agency.sites
    return {
        old.site_id: {key: row["name"] for key, row in shop.products_v1(agency).items()},
        new.site_id: {row["id"]: row["name"] for row in new.v3.products.all()},
    }


def states(settings: dict[str, str]) -> dict[str, Any]:
    folder = Path(settings["WIX_STATE"])
    return {file.stem: json.loads(file.read_text()) for file in folder.glob("*.json")}


def sites_in(state: dict[str, Any]) -> set[str]:
    """The sites that a state knows bookmarks of."""
    return {
        partition["context"]["siteId"]
        for bookmark in state["bookmarks"].values()
        for partition in bookmark["partitions"]
    }


def has_a_state_for_each(settings: dict[str, str], agency: FakeWix) -> None:
    found = states(settings)
    assert {site: sites_in(state) for site, state in found.items()} == {
        site.site_id: {site.site_id} for site in agency.sites
    }


def test_airflow_runs_a_task_for_each_site(
    agency: FakeWix, database: Postgres, settings: dict[str, str], tmp_path: Path
) -> None:
    home = {
        **settings,
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(install("airflow", tmp_path / "dags")),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    run("airflow", "airflow", "db", "migrate", env=home, cwd=tmp_path)
    output = run("airflow", "airflow", "dags", "test", "wix_sites", env=home, cwd=tmp_path)
    assert output.count("end task task_id=load") == len(agency.sites)
    loaded(database, agency)
    has_a_state_for_each(settings, agency)


def test_dagster_runs_a_partition_for_each_site_and_goes_on_from_its_state(
    agency: FakeWix, database: Postgres, settings: dict[str, str], tmp_path: Path
) -> None:
    folder = install("dagster", tmp_path / "code")
    home = {**settings, "DAGSTER_HOME": str(tmp_path / "home"), "DAGSTER_DISABLE_TELEMETRY": "yes"}
    (tmp_path / "home").mkdir()

    def materialize(site: Site) -> None:
        options = ("-f", "wix_sites.py", "--select", "wix_site", "--partition", site.site_id)
        run("dagster", "dagster", "asset", "materialize", *options, env=home, cwd=folder)

    for site in agency.sites:
        materialize(site)
    loaded(database, agency)
    has_a_state_for_each(settings, agency)
    before = states(settings)
    renamed = rename_a_product(agency)
    old, new = agency.sites
    materialize(new)
    loaded(database, agency)
    after = states(settings)
    assert after[old.site_id] == before[old.site_id]
    assert after[new.site_id] != before[new.site_id]
    query = "SELECT id FROM products WHERE _sdc_sync_started_at = (SELECT max(_sdc_sync_started_at) FROM products)"
    came = [row["id"] for row in database.rows(query)]
    assert renamed in came
    assert len(came) < len(names_in(agency)[new.site_id])


def test_dlt_keeps_the_bookmarks_of_each_site_with_its_tables(
    agency: FakeWix, settings: dict[str, str], tmp_path: Path
) -> None:
    home = {
        **settings,
        "DLT_DATA_DIR": str(tmp_path / "dlt"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
    }
    script = RECIPES / "dlt" / "wix.py"
    reader = (
        "import duckdb, json; print(json.dumps(duckdb.connect('wix_sites.duckdb').execute("
        "'SELECT site_id, id, name, _dlt_load_id FROM wix.products').fetchall()))"
    )

    def night() -> list[list[str]]:
        run("dlt", "python", script, env=home, cwd=tmp_path)
        return list(json.loads(run("dlt", "python", "-c", reader, env=home, cwd=tmp_path)))

    def check(rows: list[list[str]]) -> None:
        found: dict[str, dict[str, str]] = {}
        for site, key, name, _ in rows:
            found.setdefault(site, {})[key] = name
        assert found == names_in(agency)
        assert len(rows) == sum(len(names) for names in found.values())

    first = night()
    check(first)
    loads = {load for *_, load in first}
    renamed = rename_a_product(agency)
    second = night()
    check(second)
    came = [key for _, key, _, load in second if load not in loads]
    assert renamed in came
    assert len(came) == 1 + len(agency.sites)


def test_what_the_loader_did_not_acknowledge_is_read_again(
    agency: FakeWix,
    database: Postgres,
    settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TAP_WIX_SITE_IDS", settings["WIX_SITE_IDS"])
    site = agency.sites[1].site_id
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nhead -n 3 >/dev/null\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("LOADER", str(broken))
    with pytest.raises(RuntimeError, match="the loader with 3"):
        load_site(site, settings["WIX_STATE"])
    assert states(settings) == {}

    monkeypatch.setenv("LOADER", settings["LOADER"])
    monkeypatch.setenv("TAP_WIX_API_KEY", "IST.wrong")
    with pytest.raises(RuntimeError, match="the tap ended with 1"):
        load_site(site, settings["WIX_STATE"])

    monkeypatch.setenv("TAP_WIX_API_KEY", KEY)
    load_site(site, settings["WIX_STATE"])
    assert set(states(settings)) == {site}
    count = database.rows(COUNT.format('"siteId"', site))
    assert count == [{"count": len(names_in(agency)[site])}]
