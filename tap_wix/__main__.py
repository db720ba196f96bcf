"""`python -m tap_wix` does what the command `tap-wix` does."""

from tap_wix.tap import TapWix

TapWix.cli()
