"""ONNX models: card, preprocessing, session."""
