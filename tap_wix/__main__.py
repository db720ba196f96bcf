"""The command `tap-wix`, also as `python -m tap_wix`."""

from tap_wix.startup import collect_rarely, import_sdk, keep_exit_code


def main() -> None:
    """Run the command."""
    import_sdk()
    from tap_wix.tap import TapWix  # noqa: PLC0415 - it imports the SDK

    collect_rarely()
    keep_exit_code()
    TapWix.cli()


if __name__ == "__main__":
    main()
