"""Airflow: every night one task for each site, a few at a time, each with its own state.

Put this file and one_site.py into the folder of DAGs. WIX_SITE_IDS has the sites, separated by
commas, WIX_STATE the folder of their states, which all workers see.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from airflow.sdk import dag, task


@dag(schedule="@daily", start_date=datetime(2026, 1, 1), catchup=False, max_active_runs=1)
def wix_sites() -> None:
    """Load all sites."""

    @task
    def sites() -> list[str]:
        return os.environ["WIX_SITE_IDS"].split(",")

    @task(
        retries=2,
        retry_delay=timedelta(minutes=10),
        max_active_tis_per_dag=4,
        map_index_template="{{ site }}",
    )
    def load(site: str) -> None:
        from one_site import load_site

        load_site(site, os.environ["WIX_STATE"])

    load.expand(site=sites())


wix_sites()
