"""The workstation: windows, the reading engine, tracking, the store, analysis, the commands."""
