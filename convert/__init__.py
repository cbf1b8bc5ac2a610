"""The converter: training, quantization to TFLite, evaluation."""
