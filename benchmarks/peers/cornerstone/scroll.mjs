// Runs page.js in headless Chromium over a task folder and prints the frame times in ms as JSON.
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { createServer } from "node:http";
import { readFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [folder, browserPath] = process.argv.slice(2);
const out = mkdtempSync(join(tmpdir(), "cornerstone-"));
await build({ entryPoints: [join(import.meta.dirname, "page.js")], bundle: true, outfile: join(out, "page.js"),
  format: "iife", logLevel: "error", loader: { ".wasm": "dataurl" }, define: { global: "window" },
  external: ["fs", "path"], nodePaths: [join(process.cwd(), "node_modules")] });
const page = '<div id="view" style="width:1000px;height:1000px"></div><script src="/page.js"></script>';
const file = readFileSync(join(folder, "slices.npy"));
const header = 10 + file.readUInt16LE(8);
const server = createServer((ask, answer) => {
  if (ask.url === "/page.js") answer.end(readFileSync(join(out, "page.js")));
  else if (ask.url === "/slices") answer.end(file.subarray(header));
  else answer.setHeader("Content-Type", "text/html").end(page);
}).listen(0);
const browser = await chromium.launch({ executablePath: browserPath, headless: true, args: ["--no-sandbox",
  "--disable-gpu", "--disable-background-networking", "--disable-frame-rate-limit", "--disable-gpu-vsync"] });
try {
  const tab = await browser.newPage({ viewport: { width: 1100, height: 1100 } });
  tab.on("pageerror", (error) => console.error(String(error)));
  await tab.goto(`http://localhost:${server.address().port}/`);
  const taken = await tab.evaluate(async () => window.measure(await (await fetch("/slices")).arrayBuffer()));
  console.log(JSON.stringify(taken));
} finally {
  await browser.close();
  server.close();
}
