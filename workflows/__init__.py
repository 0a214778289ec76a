"""Steps that a person or the clock takes: rules and rows meet in one transaction, which the door opens."""
