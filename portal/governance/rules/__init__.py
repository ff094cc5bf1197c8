"""Pure rules: clocks and delegations. Plain values in, days and sentences out."""
