"""Energy by quarter hours and hours: matching, storage, direct wires."""
