"""Why a figure is what it is, what made two runs differ, and what one thing more would pay."""
