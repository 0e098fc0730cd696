"""Publishing: whole-catalogue checks, the plan, the change of tables and values, and putting a version in force."""
