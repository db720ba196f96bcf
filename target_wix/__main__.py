"""`python -m target_wix`."""

from target_wix.target import TargetWix

if __name__ == "__main__":
    TargetWix.cli()
