/**
 * The process of the trials: is sent a site, or null for the code as it is; loads machines/ and
 * properties/ anew, the site's file as a mutant; asks every killer, and sends the answer back.
 * Every trial has modules of its own, told apart by a number in their addresses; what comes from
 * node_modules is loaded once.
 */
import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { KillerName } from "./killers.ts";
import { applied, type Site } from "./site.ts";

/** Without a killer: it lives. */
export interface Answer {
  readonly by?: KillerName;
  readonly why?: string;
}

const root = pathToFileURL(join(import.meta.dirname, "../../")).href;
const texts = new Map<string, string>();
let count = 0;
let current: Site | null = null;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const isOurs = found.url.startsWith(root) && !found.url.includes("/node_modules/");
    return isOurs && count > 0 ? { ...found, url: `${found.url}?trial=${count}` } : found;
  },
  load(url, context, next) {
    if (!url.endsWith(`?trial=${count}`)) return next(url, context);
    return { format: "module", source: textOf(url.slice(0, url.indexOf("?"))), shortCircuit: true };
  },
});

process.on("message", ({ site }: { readonly site: Site | null }) => {
  void tried(site).then((answer) => process.send?.(answer));
});

process.on("disconnect", () => process.exit());
process.send?.("ready");

/** The file as it runs: the types are stripped once, and again from a mutant. */
function textOf(url: string): string {
  const path = fileURLToPath(url);
  if (current !== null && path.endsWith(`/machines/${current.file}`)) {
    return stripTypeScriptTypes(applied(readFileSync(path, "utf8"), current.edit));
  }
  const text = texts.get(path) ?? stripTypeScriptTypes(readFileSync(path, "utf8"));
  texts.set(path, text);
  return text;
}

async function tried(site: Site | null): Promise<Answer> {
  count += 1;
  current = site;
  const { killers } = await import("./killers.ts");
  for (const { name, run } of killers) {
    try {
      await run();
    } catch (error) {
      return { by: name, why: error instanceof Error ? error.message : String(error) };
    }
  }
  return {};
}
