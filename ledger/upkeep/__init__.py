"""Maintenance: partitions and sums made ahead, archives, proofs that nothing leads nowhere."""
