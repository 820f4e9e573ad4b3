/**
 * From a URL, as people write it, to an open bus.
 */
import { BusError } from "./bus-error.ts";
import type { Bus } from "./bus.ts";
import { openFileBus } from "./file/open-file-bus.ts";
import { openMemoryBus } from "./memory.ts";
import type { World } from "./world.ts";

/**
 * `file:PATH` (also `file:///PATH`), a bare path, or `memory:`. Fails with `bad-url` for any other
 * scheme, and as openFileBus does.
 */
export async function openBus(
  url: string,
  { world, create }: { readonly world: World; readonly create: boolean },
): Promise<Bus> {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(url) ?? [];
  if (scheme === "memory" && rest === "") return openMemoryBus({ world });
  const path = scheme === "file" ? rest.replace(/^\/\/(?=\/)/, "") : url;
  const isPath = path !== "" && (scheme === undefined || scheme === "file");
  if (isPath && !path.startsWith("//")) return openFileBus(path, { world, create });
  throw new BusError("bad-url", `unknown bus URL "${url}"; known: file:PATH, memory:`);
}
