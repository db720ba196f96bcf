"""Dagster: a partition for each site, which has its own state, its own runs and its own history.

Put one_site.py beside this file. WIX_SITE_IDS has the sites, separated by commas, WIX_STATE the
folder of their states, which all workers see. A limit for the pool wix says how many run at once.
"""

import os
from collections.abc import Iterator

import dagster as dg
from one_site import load_site

SITES = dg.StaticPartitionsDefinition(os.environ["WIX_SITE_IDS"].split(","))


@dg.asset(
    partitions_def=SITES,
    pool="wix",
    retry_policy=dg.RetryPolicy(max_retries=2, delay=600),
)
def wix_site(context: dg.AssetExecutionContext) -> None:
    """The tables of a site."""
    load_site(context.partition_key, os.environ["WIX_STATE"])


@dg.schedule(cron_schedule="0 3 * * *", target=[wix_site])
def nightly(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    """Load all sites every night."""
    for site in SITES.get_partition_keys():
        yield dg.RunRequest(
            run_key=f"{site} {context.scheduled_execution_time}", partition_key=site
        )


defs = dg.Definitions(assets=[wix_site], schedules=[nightly])
