"""Whether what a study file names is there and can be used: images, models, finished results. `readerlab check`."""
