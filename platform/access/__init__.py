"""Who may do what with which records: actors, units, permission groups, field rights."""
