"""What stands beside the images about AI: layers with their controls, findings, and what it says of the whole case."""
