"""The pipeline that all written streams share."""
