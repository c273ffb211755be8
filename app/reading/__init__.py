"""The reading engine: what a reader may see and do now, as a fold over events. No Qt, no clock, no disk."""
