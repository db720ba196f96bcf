"""Measurements, each as a ratio within one run: machines differ, and tests only count."""
