// `npm run check`: builds into a temporary folder and fails when a committed file differs by a byte.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildInto } from "./build.js";

const committed = process.argv[2];
const fresh = mkdtempSync(join(tmpdir(), "portal-assets-"));
try {
  await buildInto(fresh);
  const names = new Set([...readdirSync(fresh), ...readdirSync(committed)]);
  const read = (folder, name) => {
    try { return readFileSync(join(folder, name)); } catch { return Buffer.from("missing"); }
  };
  const different = [...names].filter((name) => !read(fresh, name).equals(read(committed, name)));
  if (different.length) {
    console.error(`Built files differ from their sources: ${different.join(", ")}. Run npm run build and commit the result.`);
    process.exitCode = 1;
  } else {
    console.log(`${names.size} built files match their sources.`);
  }
} finally {
  rmSync(fresh, { recursive: true });
}
