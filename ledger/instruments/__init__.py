"""Contractual instruments, each change a version."""
