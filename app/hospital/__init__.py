"""DICOM receive and send, DICOMweb, de-identification (later issues)."""
