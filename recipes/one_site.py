"""Load one site, and keep its state: what each task of an orchestrator does.

The tap and the loader are commands in environments of their own, found by the variables TAP and
LOADER. Both take their settings from variables too: TAP_WIX_API_KEY, TARGET_POSTGRES_HOST and so on.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def load_site(site_id: str, state_folder: str | os.PathLike[str]) -> None:
    """Read a site from where its last run ended, load it, and remember how far it came.

    Args:
        site_id: the site; no two runs of one site may overlap.
        state_folder: has a file for each site. All workers have to see the same folder.

    Raises:
        RuntimeError: the tap or the loader failed. What the loader acknowledged is kept.
    """
    state = Path(state_folder) / f"{site_id}.json"
    state.parent.mkdir(parents=True, exist_ok=True)
    settings = {name: value for name, value in os.environ.items() if name != "TAP_WIX_SITE_IDS"}
    tap = subprocess.Popen(
        [os.environ.get("TAP", "tap-wix"), "--config=ENV"]
        + (["--state", str(state)] if state.exists() else []),
        env={**settings, "TAP_WIX_SITE_ID": site_id},
        stdout=subprocess.PIPE,
    )
    loader = subprocess.Popen(
        [os.environ.get("LOADER", "target-postgres"), "--config=ENV"],
        stdin=tap.stdout,
        stdout=subprocess.PIPE,
    )
    assert tap.stdout
    tap.stdout.close()  # so that the tap hears of it if the loader ends
    acknowledged = loader.communicate()[0].splitlines()
    if acknowledged:
        new = state.with_suffix(".new")
        new.write_bytes(acknowledged[-1] + b"\n")
        new.replace(state)
    if tap.wait() or loader.returncode:
        raise RuntimeError(
            f"Site {site_id}: the tap ended with {tap.returncode}, the loader with"
            f" {loader.returncode}. Their log says why."
        )
