"""Pure arithmetic: regimes, selection of lines, footprints. No clock, no database, no I/O."""
