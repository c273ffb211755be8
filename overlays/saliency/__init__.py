"""Saliency methods, one file each."""
