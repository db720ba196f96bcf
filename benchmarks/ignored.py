"""How fast orders pass by the target, or a target as the SDK's template has it.

    python -m benchmarks.ignored ours|naive 10000

Nothing is sent anywhere: it prints the seconds that they took, without the start of the process.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
import time
from typing import Any

from singer_sdk import Target
from singer_sdk.sinks import RecordSink

from target_wix.target import TargetWix

_CONFIG = {
    "api_key": "IST.made-up",
    "site_id": "1f2e3d4c-5b6a-4789-8abc-def012345678",
    "api_url": "http://127.0.0.1:9",
}


class NothingSink(RecordSink):
    """Does nothing with a record, the SDK everything else."""

    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        """Forget it."""


class SdkTarget(Target):
    """A target as the SDK's template has it."""

    name = "target-nothing"
    default_sink_class = NothingSink


def order(number: int) -> dict[str, Any]:
    """Return a believable order of some 2.8 kB."""
    line = {
        "id": f"0000000{number % 10}-0000-4000-8000-000000000000",
        "productName": {"original": "Cup of stoneware, glazed by hand", "translated": None},
        "quantity": 2,
        "price": {"amount": "12.10", "convertedAmount": "12.10", "formattedAmount": "€12.10"},
        "descriptionLines": [{"name": {"original": "Size"}, "plainText": {"original": "Large"}}],
        "physicalProperties": {"sku": "CUP-L", "weight": 0.4, "shippable": True},
        "taxDetails": {"taxRate": "0.19", "totalTax": {"amount": "1.93"}},
    }
    return {
        "id": f"{number:08d}-0000-4000-8000-000000000000",
        "number": number,
        "createdDate": "2026-10-02T08:15:31.550Z",
        "updatedDate": "2026-10-02T08:15:31.550Z",
        "lineItems": [line] * 4,
        "buyerInfo": {"contactId": "c", "email": "buyer@shop.example"},
        "priceSummary": {"subtotal": {"amount": "48.40"}, "total": {"amount": "53.30"}},
        "billingInfo": {"address": {"country": "DE", "city": "Köln", "addressLine": "Weg 1"}},
        "status": "APPROVED",
    }


def schema_of(value: object) -> dict[str, Any]:
    """Return a schema as a tap would send it for a value."""
    if isinstance(value, dict):
        properties = {name: schema_of(one) for name, one in value.items()}
        return {"type": ["object", "null"], "properties": properties}
    if isinstance(value, list):
        return {"type": ["array", "null"], "items": schema_of(value[0])}
    if isinstance(value, str) and value.endswith("Z"):
        return {"type": ["string", "null"], "format": "date-time"}
    return {"type": ["string", "number", "boolean", "null"]}


def lines(count: int) -> str:
    """Return that many orders as a tap writes them."""
    messages: list[dict[str, Any]] = [
        {
            "type": "SCHEMA",
            "stream": "orders",
            "schema": schema_of(order(0)),
            "key_properties": ["id"],
        }
    ]
    for number in range(count):
        messages.append({"type": "RECORD", "stream": "orders", "record": order(number)})
        if number % 1000 == 0:
            messages.append({"type": "STATE", "value": {"orders": number}})
    return "".join(json.dumps(message, ensure_ascii=False) + "\n" for message in messages)


def main() -> None:
    """Send everything into a target and print the seconds."""
    whose, count = sys.argv[1], int(sys.argv[2])
    logging.disable(logging.WARNING)
    target = TargetWix(config=dict(_CONFIG)) if whose == "ours" else SdkTarget()
    text = lines(count).encode()
    started = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        target.listen(io.TextIOWrapper(io.BytesIO(text), encoding="utf-8"))
    print(f"{time.process_time() - started:.3f}")


if __name__ == "__main__":
    main()
