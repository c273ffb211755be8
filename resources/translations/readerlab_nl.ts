<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="nl" sourcelanguage="en">
<context>
    <name>CineDesk</name>
    <message>
        <source>Cines go round and round.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cines go to and fro.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to play: this series has one image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>round and round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to and fro</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} frames a second asked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} shown</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>10 images back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>10 images on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A pointer that keys move, for probes, marks and measuring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A tenth of the stack back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A tenth of the stack on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>AI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About ReaderLab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Angle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arrow with a text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Axial plane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Axial, coronal and sagittal side by side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brighten the interface</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brighter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brush through slices, within a range of values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Brush: correct a segmentation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a window by name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose any layout up to 4 × 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cobb angle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Confirm the answers and go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consecutive images of one series in all viewports, or stacks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coronal plane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Crosshair: one place in every plane; drag its arms to cut obliquely</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DICOM tags of this image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Darker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dim the interface, never the images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Eight viewports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ellipse: area, mean, spread</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exchange black and white</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fifth window for this modality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter: none, smooth, sharpen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First window for this modality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Four viewports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fourth window for this modality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Freehand outline: area, mean, spread</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full screen, or a window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the next AI finding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the next measurement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the previous AI finding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide all AI while held</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Histogram of this image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How true this picture is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images in a window of their own on the next screen, or back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interpolation: smooth, linear, nearest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the present offset between linked stacks, or none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep this window as your own 1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep this window as your own 2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep this window as your own 3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep this window as your own 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lay another series over this one in colour, or take it away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Less of the series on top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Link scrolling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Link windows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Link zoom and position</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest and shortest diameter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Magnifier glass while held</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make this a key image, or no longer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark with every click, on or off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Marks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Menu of windows and tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mirror left and right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mirror top and bottom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More of the series on top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the image down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the image left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the image right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the image up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the selected measurement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Narrower window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next colour map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next colour of the selected measurement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next hanging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next key image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next viewport</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nine viewports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One image pixel per screen pixel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One step down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One step left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One step right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One step up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One viewport</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One viewport alone, and back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause: blank the images, stop the clock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Place a mark under the pointer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Planes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play faster</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play slower</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play to and fro, or round and round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play, or stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Point with a confidence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pointer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Polygon: area, mean, spread</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preferences: mouse, windows, magnifier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press and hold, or let go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous hanging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put the measuring tool away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rectangle: area, mean, spread</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reference lines of the other viewports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the selected mark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the selected measurement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset window, zoom and position</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rulers along the edges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sagittal plane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scroll</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Second window for this modality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select the next mark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select the previous mark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide AI layer 1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide AI layer 2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide AI layer 3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide AI layer 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the corner texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the list of measurements</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the series list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide what the files draw over images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shrink</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign out; the sitting can go on later</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Six viewports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sixteen viewports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Slab: off, brightest, darkest, mean</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ten steps down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ten steps left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ten steps right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ten steps up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test pattern for this screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The plane of the files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prior beside the current exam, or away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thicker slab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thinner slab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Third window for this modality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Three viewports side by side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True size in mm on this screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two viewports side by side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two viewports, one above the other</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo the last answer, until it is confirmed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo the last change to measurements</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wider window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window from a region that you draw</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window from the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window from this image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window of your own 1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window of your own 2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window of your own 3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window of your own 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Workstation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConfidenceKeys</name>
    <message>
        <source>confidence {0} to {1}?</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CrosshairDesk</name>
    <message>
        <source>Half resolution while moving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No crosshair: this image does not say where in the patient it lies.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DisplayPage</name>
    <message>
        <source>Brightest luminance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Darkest luminance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Display</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It follows DICOM&apos;s grey scale (GSDF)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last checked on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length of the bar</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light in the room</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Luminance of black</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Luminance of white</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ReaderLab can&apos;t measure a screen: it keeps what you say.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test pattern</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The interface</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What you know of its calibration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>White is brighter than black: the brightest luminance must be the larger one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write the date of the last check as 2026-11-22, or leave it empty.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FidelityDesk</name>
    <message>
        <source>How true this picture is</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FusionDesk</name>
    <message>
        <source>Nothing lies over this series: Alt+F lays one over it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This case has no series of another kind to lay over this one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{} is not laid over this: {}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HistogramPlot</name>
    <message>
        <source>Histogram</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No grey values to count</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mean {0:.4g}   spread {1:.4g}   from {2:g} to {3:g} {4}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageWindow</name>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeyImages</name>
    <message>
        <source>There is no key image yet.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LayoutPicker</name>
    <message>
        <source>Layout</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LookupDesk</name>
    <message>
        <source>No image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tags can&apos;t be read: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, image {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MeasureLog</name>
    <message>
        <source>Measuring begins when the questions stand beside the images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answers are being saved.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MeasurementList</name>
    <message>
        <source>Angle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arrow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cobb angle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Outline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Painted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Point</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two diameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: selected measurement</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MenuDesk</name>
    <message>
        <source>From the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Windows</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NameLine</name>
    <message>
        <source>Name of measurement {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name, then Return</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OwnWindowsDesk</name>
    <message>
        <source>A table from the file can&apos;t be kept as a window of your own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept as your window {0} for {1}: width {2:.0f}, centre {3:.0f}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Own {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You have no window {0} for {1} yet. Ctrl Alt {2} keeps the present one.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PatternWindow</name>
    <message>
        <source>Test pattern; any key closes it</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PlaneDesk</name>
    <message>
        <source>A slab needs a stack of slices in the patient.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Half resolution while moving</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no slab: Alt+S makes one.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PointerDesk</name>
    <message>
        <source>Pointer: arrows move it, Shift goes far, Space clicks, Ctrl P ends</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PreferencesPage</name>
    <message>
        <source>AI and drawings under the magnifier glass too</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As without the key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mouse, wheel and fingers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of your window {0} for {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None yet. Ctrl Alt 6 to 9 keep the present window, Alt 6 to 9 call it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The study decides what is dimmed here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The usual gestures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Windows of your own</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Priors</name>
    <message>
        <source>There is no prior exam that matches this series.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RegionWindowDesk</name>
    <message>
        <source>Draw a box: its values become the window. Esc leaves.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This region has no grey values.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScreenDesk</name>
    <message>
        <source>The images are in a window of their own. Ctrl F11 brings them back.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TagBrowser</name>
    <message>
        <source>  ·  what could identify the patient is hidden</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DICOM tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search code, name or value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search the tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>VR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ViewerWindow</name>
    <message>
        <source>A report was written. Open the images again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something went wrong in ReaderLab: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} – ReaderLab – research use, not for diagnosis</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
