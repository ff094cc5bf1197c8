"""Questions of providers about a published round, and the answers everybody gets. Who asks, nobody at the councils learns."""
