"""Many stories on many machines. The store of each story is the truth; whoever schedules only says what comes next."""
