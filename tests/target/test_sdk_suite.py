"""The SDK's own tests of a target. They pass for one that writes nothing; ours read back."""

from __future__ import annotations

from singer_sdk.testing import get_target_test_class

from target_wix.target import TargetWix

_CONFIG = {
    "api_key": "IST.made-up",
    "site_id": "1f2e3d4c-5b6a-4789-8abc-def012345678",
    "api_url": "http://127.0.0.1:9",
    "unknown_streams": "ignore",
}

TestTargetWix = get_target_test_class(TargetWix, config=_CONFIG, parse_env_config=False)
