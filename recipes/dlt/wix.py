"""dlt: the streams of tap-wix as tables of a pipeline; bookmarks lie in dlt's own state."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import dlt


@dlt.resource(name="wix", max_table_nesting=0)
def wix(site_id: str) -> Iterator[Any]:
    """Yield the rows of a site, each for the table of its stream, merged by the stream's key."""
    states = dlt.current.resource_state().setdefault("sites", {})
    with tempfile.NamedTemporaryFile("w+", suffix=".json") as state:
        json.dump(states.get(site_id, {}), state)
        state.flush()
        command = [os.environ.get("TAP", "tap-wix"), "--config=ENV", "--state", state.name]
        settings = {**os.environ, "TAP_WIX_SITE_ID": site_id}
        with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True) as tap:
            hints: dict[str, Any] = {}
            for line in tap.stdout or ():
                message = json.loads(line, parse_float=Decimal)
                stream = message.get("stream")
                if message["type"] == "SCHEMA":
                    hints[stream] = dlt.mark.make_hints(
                        table_name=stream,
                        primary_key=message["key_properties"],
                        write_disposition="merge",
                    )
                elif message["type"] == "RECORD":
                    row = {**message["record"], "_sdc_extracted_at": message["time_extracted"]}
                    yield dlt.mark.with_hints(row, hints[stream], create_table_variant=True)
                elif message["type"] == "STATE":
                    states[site_id] = message["value"]
        if tap.returncode:
            raise RuntimeError(f"tap-wix ended with {tap.returncode}; its log says why.")


if __name__ == "__main__":
    pipeline = dlt.pipeline("wix_sites", destination="duckdb", dataset_name="wix")
    for site in os.environ["WIX_SITE_IDS"].split(","):
        print(pipeline.run(wix(site)))
