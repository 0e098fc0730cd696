"""Import and export of records: reading files safely, mapping columns, dry run, background work, CSV and XLSX."""
