#!/usr/bin/env node
/*
 * Starts the command line. Plain JavaScript that any Node can read, so that an old one can say what
 * it lacks: in a checkout it loads the TypeScript, in a package what was made of it.
 */
import { existsSync } from "node:fs";
import module from "node:module";

const needed = 24;
const source = new URL("../cli/main.ts", import.meta.url);

if (Number(process.versions.node.split(".")[0]) < needed) {
  const how = existsSync(source)
    ? "In this checkout 'npm start' and 'npx jobchart' use the one that 'npm ci' installs."
    : `Get one from https://nodejs.org, or prefix the command: npx -p node@${needed} jobchart`;
  process.stderr.write(
    `jobchart: needs Node ${needed} or newer, this is ${process.version}.\n  ${how}\n`,
  );
  process.exit(2);
}

module.enableCompileCache();
await import(
  existsSync(source) ? source.href : new URL("../dist/cli/main.js", import.meta.url).href
);
