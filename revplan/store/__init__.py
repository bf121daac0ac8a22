"""What is kept: records in a database, table snapshots and raw uploads as files that never change."""
