"""What a park is managed by: balances, indicators, findings, prospects, targets."""
