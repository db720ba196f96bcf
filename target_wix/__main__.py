"""The command `target-wix`, also as `python -m target_wix`."""

from tap_wix.startup import collect_rarely, import_sdk, keep_exit_code


def main() -> None:
    """Run the command."""
    import_sdk()
    from target_wix.target import TargetWix  # noqa: PLC0415 - it imports the SDK

    collect_rarely()
    keep_exit_code()
    TargetWix.cli()


if __name__ == "__main__":
    main()
