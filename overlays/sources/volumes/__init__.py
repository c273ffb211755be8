"""Volumes that research tools write: NIfTI, NRRD and MetaImage."""
