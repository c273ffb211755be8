"""What AI drew: presentation states, structure sets, and marks burnt into secondary captures."""
