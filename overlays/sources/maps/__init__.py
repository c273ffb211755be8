"""Maps in DICOM objects: segmentations and parametric maps, read and written."""
