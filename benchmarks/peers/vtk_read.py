"""VTK's DICOM reader, or SimpleITK's, on a folder: one line of milliseconds for each line that comes in.

What belongs here: their plain use, as their manuals show it. What does not: anything of ours.
Run as `python vtk_read.py FOLDER vtk|simpleitk` with a Python that has the package.
"""

import sys
import time


def vtk_reader(folder: str) -> object:
    from vtkmodules.vtkIOImage import vtkDICOMImageReader

    reader = vtkDICOMImageReader()
    reader.SetDirectoryName(folder)
    reader.Update()
    return reader.GetOutput()


def simpleitk_reader(folder: str) -> object:
    import SimpleITK

    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(folder))
    return reader.Execute()


if __name__ == "__main__":
    read = {"vtk": vtk_reader, "simpleitk": simpleitk_reader}[sys.argv[2]]
    read(sys.argv[1])  # imports, and the page cache
    print("ready", flush=True)
    for _line in sys.stdin:
        began = time.perf_counter()
        image = read(sys.argv[1])
        print((time.perf_counter() - began) * 1000, flush=True)
        del image
