// Cornerstone3D in CPU mode: the slices of the task in a stack viewport of 1000×1000 pixels.
import * as core from "@cornerstonejs/core";

const SIZE = 1000, WARM_UP = 10, FRAMES = 100, SIDE = 512;

function image(imageId, pixels) {
  return {
    imageId, minPixelValue: -1300, maxPixelValue: 400, slope: 1, intercept: 0, windowCenter: 40, windowWidth: 400,
    rows: SIDE, columns: SIDE, height: SIDE, width: SIDE, columnPixelSpacing: 0.7, rowPixelSpacing: 0.7,
    color: false, rgba: false, numberOfComponents: 1, invert: false, sizeInBytes: pixels.byteLength,
    dataType: "Int16Array", voiLUTFunction: "LINEAR", getPixelData: () => pixels,
    voxelManager: core.utilities.VoxelManager.createImageVoxelManager({
      width: SIDE, height: SIDE, scalarData: pixels, numberOfComponents: 1 }),
  };
}

window.measure = async (slices) => {
  const all = new Int16Array(slices);
  const count = all.length / (SIDE * SIDE);
  await core.init();
  core.setUseCPURendering(true);
  core.imageLoader.registerImageLoader("task", (imageId) => {
    const n = Number(imageId.slice(5));
    return { promise: Promise.resolve(image(imageId, all.subarray(n * SIDE * SIDE, (n + 1) * SIDE * SIDE))) };
  });
  core.metaData.addProvider((kind, imageId) => {
    if (kind === "imagePixelModule")
      return { bitsAllocated: 16, bitsStored: 16, highBit: 15, pixelRepresentation: 1, samplesPerPixel: 1,
               photometricInterpretation: "MONOCHROME2" };
    if (kind === "generalSeriesModule") return { modality: "CT" };
    if (kind === "imagePlaneModule")
      return { rows: SIDE, columns: SIDE, rowPixelSpacing: 0.7, columnPixelSpacing: 0.7, frameOfReferenceUID: "1",
               imageOrientationPatient: [1, 0, 0, 0, 1, 0], rowCosines: [1, 0, 0], columnCosines: [0, 1, 0],
               imagePositionPatient: [0, 0, Number(imageId.slice(5))] };
  });
  const element = document.getElementById("view");
  const engine = new core.RenderingEngine("engine");
  engine.enableElement({ viewportId: "v", element, type: core.Enums.ViewportType.STACK });
  const viewport = engine.getViewport("v");
  await viewport.setStack(Array.from({ length: count }, (_, n) => `task:${n}`), count / 2);
  const taken = [];
  for (let step = 0; step < WARM_UP + FRAMES; step++) {
    const at = count / 2 + ((Math.floor(step / 40) % 2 ? -step : step) % 40);
    const rendered = new Promise((done) =>
      element.addEventListener(core.Enums.Events.IMAGE_RENDERED, done, { once: true }));
    const started = performance.now();
    await viewport.setImageIdIndex(at);
    viewport.render();
    await rendered;
    const canvas = viewport.getCanvas();
    canvas.getContext("2d").getImageData(SIZE / 2, SIZE / 2, 1, 1); // the picture is there, not only asked for
    taken.push(performance.now() - started);
  }
  return taken.slice(WARM_UP);
};
