"""VTK: vtkImageViewer2 in a window of 1000×1000 pixels, with two more image actors for the layers."""

from __future__ import annotations

import numpy as np
import vtk
from frames import SIZE, run, task
from vtk.util.numpy_support import numpy_to_vtk

slices, labels, heat, with_layers = task()


def image(values: np.ndarray, kind: int) -> vtk.vtkImageData:
    data = vtk.vtkImageData()
    data.SetDimensions(values.shape[2], values.shape[1], values.shape[0])
    data.GetPointData().SetScalars(numpy_to_vtk(values.reshape(-1), deep=True, array_type=kind))
    return data


def layer(values: np.ndarray, top: float) -> vtk.vtkImageActor:
    table = vtk.vtkLookupTable()
    table.SetRange(0, top)
    table.SetAlphaRange(0, 0.5)
    table.Build()
    colours = vtk.vtkImageMapToColors()
    colours.SetLookupTable(table)
    colours.SetInputData(image(np.ascontiguousarray(values.astype(np.float32)), vtk.VTK_FLOAT))
    actor = vtk.vtkImageActor()
    actor.GetMapper().SetInputConnection(colours.GetOutputPort())
    return actor


viewer = vtk.vtkImageViewer2()
viewer.SetInputData(image(slices, vtk.VTK_SHORT))
viewer.SetColorWindow(400)
viewer.SetColorLevel(40)
viewer.SetSize(SIZE, SIZE)
actors = [layer(labels, 1), layer(heat, 1)] if with_layers else []
for one in actors:
    viewer.GetRenderer().AddActor(one)
viewer.Render()
viewer.GetRenderer().ResetCamera()
viewer.GetRenderer().GetActiveCamera().SetParallelScale(slices.shape[1] / 2)
viewer.Render()


def show(index: int) -> None:
    for one, values in zip(actors, (labels, heat), strict=False):
        at = index % len(values)
        one.SetDisplayExtent(0, values.shape[2] - 1, 0, values.shape[1] - 1, at, at)
        one.SetPosition(0, 0, index - at + 0.1)
    viewer.SetSlice(index)  # renders by itself
    viewer.GetRenderWindow().WaitForCompletion()


run(show, len(slices))
