"""What AI says about a case in a trial, planted errors in place: made ahead (making), handed out to phases (desk)."""
