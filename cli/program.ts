/**
 * How people call this program where they stand: `jobchart` when it is installed, `npx jobchart`
 * inside a checkout, and elsewhere by its path.
 */
import { relative, resolve } from "node:path";

export const program = nameOf(import.meta.filename, process.cwd());

function nameOf(file: string, cwd: string): string {
  if (!file.endsWith(".ts")) return "jobchart";
  const checkout = resolve(import.meta.dirname, "..");
  const isInside = !relative(checkout, cwd).startsWith("..");
  return isInside ? "npx jobchart" : `node ${resolve(checkout, "bin/jobchart.js")}`;
}
