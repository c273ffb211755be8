"""[Qt] Eye trackers in the windows: a sitting's tracker, its check against points, its fixations in replay."""
