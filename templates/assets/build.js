// Builds the two files every page loads: `node templates/assets/build.js OUT`.
// The same sources give the same bytes (no source maps, no dates), so that check.js can prove the committed files are these sources.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "..", "node_modules");

export async function buildInto(out) {
  mkdirSync(out, { recursive: true });
  const notice = "/*! Includes GOV.UK Frontend and MOJ Frontend, MIT licence: see NOTICES.txt */";
  const { css } = sass.compile(join(here, "app.scss"), {
    loadPaths: [modules, join(modules, "..")],
    style: "compressed",
    charset: false,
    quietDeps: true,
  });
  // "GOV.UK Frontend" custom fonts are licensed for another site only: a build that brings one in must fail here, not in a review.
  for (const word of ["@font-face", "GDS Transport", "crest", "crown"]) {
    if (css.includes(word)) throw new Error(`the style sheet contains "${word}", which we have no licence to use`);
  }
  writeFileSync(join(out, "app.css"), `${notice}\n${css.trim()}\n`);
  await build({
    entryPoints: [join(here, "app.js")],
    outfile: join(out, "app.js"),
    nodePaths: [modules],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2020",
    banner: { js: notice },
    legalComments: "inline",
    logLevel: "warning",
  });
  for (const name of ["NOTICES.txt", "icon.svg"]) copyFileSync(join(here, name), join(out, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildInto(process.argv[2]);
