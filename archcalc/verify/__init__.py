"""Counts proven by execution: a network runs through its kernels, and what they observe is compared with the formulas."""
