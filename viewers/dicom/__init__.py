"""DICOM files: scan, header, decode, VOI."""
