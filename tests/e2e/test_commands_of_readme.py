"""Every command of README.md works as it stands there, for somebody who has just cloned this.

The environment gives what a reader has to bring: the logins, and the address of a Wix that answers.
What the documents beyond the README tell to run is tested where it needs no second shop.
"""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from demo.meltano import ROOT
from tests.e2e import shop
from tests.fake_wix import V3, FakeWix, Site
from tests.fake_wix.shops.demo import demo
from tests.project import tools

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from demo.postgres import Postgres

pytestmark = pytest.mark.e2e

CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def blocks(document: str, language: str = "sh") -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def block(document: str, part: str, language: str = "sh") -> str:
    """The one block of a document that has this in it."""
    [found] = [text for text in blocks(document, language) if part in text]
    return found


def json_lines(folder: Path, stream: str) -> list[dict[str, Any]]:
    [path] = folder.glob(f"{stream}-2*.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def wix() -> Iterator[FakeWix]:
    site = Site(V3)
    demo(site)
    with FakeWix(site) as running:
        yield running


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tools.clone(tmp_path_factory.mktemp("clone") / "tap-wix")


@pytest.fixture
def env(wix: FakeWix, clone: Path) -> dict[str, str]:
    logins = {**shop.environment(wix, "TAP_WIX"), **shop.environment(wix, "TARGET_WIX")}
    return tools.environment(clone.parent, **logins)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tools.build(tmp_path_factory.mktemp("dist"))


def test_no_command_of_readme_is_left_out() -> None:
    """Each block is run below; what `.ci/run` runs on a fresh machine is not run once more."""
    ours = ("uvx --env-file", "meltano add", "make install", "TARGET_WIX_DRY_RUN")

    for text in blocks("README.md"):
        lines = [line.split("#")[0].strip() for line in text.splitlines()]
        everywhere = all(line == "make help" or line in CI for line in lines)
        assert everywhere or sum(part in text for part in ours) == 1, text


def test_a_shop_into_files(clone: Path, env: dict[str, str], wix: FakeWix) -> None:
    tools.run(block("README.md", "uvx --env-file"), clone, env)

    rows = json_lines(clone / "output", "products")
    assert {row["id"] for row in rows} == set(shop.products_v3(wix))
    assert {row["name"] for row in rows} == {row["name"] for row in shop.products_v3(wix).values()}
    assert len(json_lines(clone / "output", "contacts")) == len(shop.contacts(wix))


def test_both_plugins_are_added_to_a_fresh_project(clone: Path, env: dict[str, str]) -> None:
    said = tools.run(block("README.md", "meltano add"), clone, env)

    assert "Catalog: V3_CATALOG." in said
    project = yaml.safe_load((clone / "shop" / "meltano.yml").read_text(encoding="utf-8"))
    names = {kind: [one["name"] for one in found] for kind, found in project["plugins"].items()}
    assert names == {"extractors": ["tap-wix"], "loaders": ["target-wix"]}
    shown = tools.run("meltano config print tap-wix --format=env", clone / "shop", env)
    assert env["TAP_WIX_API_KEY"] not in shown


def test_the_shop_into_postgresql_and_back_from_this_folder(
    clone: Path, env: dict[str, str], wix: FakeWix, database: Postgres
) -> None:
    logins = {**database.environment("target-postgres"), **database.environment("tap-postgres")}
    tools.run(block("README.md", "make install"), clone, {**env, **logins})
    products = {row["id"]: row["name"] for row in database.rows("SELECT id, name FROM products")}
    assert products == {key: row["name"] for key, row in shop.products_v3(wix).items()}

    database.rows("UPDATE products SET name = name || ' (new)' WHERE slug = 'tea-bowl'")
    dry, real = block("README.md", "TARGET_WIX_DRY_RUN").splitlines()
    writes = len(wix.site.requests.writes)
    assert "Dry run: products " in tools.run(dry, clone, {**env, **logins})
    assert len(wix.site.requests.writes) == writes
    tools.run(real, clone, {**env, **logins})
    assert "Tea bowl (new)" in {row["name"] for row in shop.products_v3(wix).values()}


def test_a_definition_is_taken_from_an_address(
    clone: Path, env: dict[str, str], tmp_path: Path
) -> None:
    """With a web server of Python's own, since `hub/` is served by whoever hosts the repository."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "meltano.yml").write_text("project_id: p\nsend_anonymous_usage_stats: false\n")
    with tools.served(clone) as address:
        ref = f"{address}/hub/loaders/target-wix.yml"
        tools.run(f"meltano add --no-install target-wix --from-ref {ref}", project, env)

    [added] = yaml.safe_load((project / "meltano.yml").read_text())["plugins"]["loaders"]
    assert added["name"] == "target-wix"
    assert added["pip_url"] == "target-wix"


def test_the_nightly_workflow_brings_the_shop_into_postgresql(
    env: dict[str, str], built: Path, database: Postgres, tmp_path: Path, wix: FakeWix
) -> None:
    workflow = yaml.safe_load(block("docs/recipes.md", "concurrency", "yaml"))
    job = workflow["jobs"]["nightly"]
    logins = {**env, **database.environment("target-postgres")}
    given = {name: logins.get(name, value) for name, value in job["env"].items()}
    _, read = job["steps"]
    assert read["shell"] == "bash"

    bare = tools.environment(tmp_path, UV_FIND_LINKS=str(built), TAP_WIX_API_URL=wix.url)
    tools.run(read["run"], tmp_path, {**bare, **given})

    count = database.rows("SELECT count(*) AS rows FROM products")[0]["rows"]
    assert count == len(shop.products_v3(wix))
    assert json.loads((tmp_path / "state.json").read_text().splitlines()[-1])["bookmarks"]


def test_a_shop_into_spreadsheets(
    env: dict[str, str], built: Path, tmp_path: Path, wix: FakeWix
) -> None:
    env["UV_FIND_LINKS"] = str(built)
    tools.run(block("docs/recipes.md", "target-csv"), tmp_path, env)

    with (tmp_path / "product_variants.csv").open(encoding="utf-8", newline="") as file:
        prices = {row["sku"]: row["price__actualPrice__amount"] for row in csv.DictReader(file)}
    assert prices["BOWL-TEA-CEL"]
    assert Decimal(prices["BOWL-TEA-CEL"]) == amount(wix, "BOWL-TEA-CEL")


def test_a_spreadsheet_and_an_export_go_into_the_shop(
    env: dict[str, str], built: Path, tmp_path: Path, wix: FakeWix
) -> None:
    env["UV_FIND_LINKS"] = str(built)
    (tmp_path / "prices.csv").write_text("sku,price,quantity\nBOWL-TEA-ASH,41.50,7\n")
    tools.run(block("docs/recipes.md", "prices.csv"), tmp_path, env)
    assert amount(wix, "BOWL-TEA-ASH") == Decimal("41.50")

    (tmp_path / "stock.csv").write_text("sku,quantity\nBOWL-TEA-ASH,8\n")
    tools.run(block("docs/recipes.md", "stock.csv"), tmp_path, env)
    assert quantity(wix, "BOWL-TEA-ASH") == 8

    lines = block("docs/recipes.md", '"RECORD"', "json").replace("APR-S", "BOWL-TEA-ASH")
    (tmp_path / "export.singer").write_text(lines)
    tools.run(block("docs/recipes.md", "export.singer"), tmp_path, env)
    assert amount(wix, "BOWL-TEA-ASH") == Decimal("34.50")
    assert amount(wix, "TOW-1") == Decimal("12.10")


def quantity(wix: FakeWix, sku: str) -> int:
    body = {"query": {"cursorPaging": {"limit": 100}}}
    items = shop.ask(wix, "POST", "/stores/v3/inventory-items/query", body)["inventoryItems"]
    [found] = [int(item["quantity"]) for item in items if item["product"]["variantSku"] == sku]
    return found


def amount(wix: FakeWix, sku: str) -> Decimal:
    [price] = [
        Decimal(variant["price"]["actualPrice"]["amount"])
        for product in shop.products_v3(wix).values()
        for variant in product["variantsInfo"]["variants"]
        if variant.get("sku") == sku
    ]
    return price


def test_without_meltano_the_second_run_goes_on_from_the_state_of_the_first(
    env: dict[str, str], built: Path, tmp_path: Path
) -> None:
    said = tools.run(
        block("docs/reading.md", "--discover"), tmp_path, {**env, "UV_FIND_LINKS": str(built)}
    )

    assert "Catalog: V3_CATALOG." in said
    first, second = sorted(tmp_path.glob("contacts-2*.jsonl"))
    assert len(first.read_text().splitlines()) > len(second.read_text().splitlines())
