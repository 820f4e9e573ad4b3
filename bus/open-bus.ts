/**
 * From a URL, as people write it, to an open bus.
 */
import { BusError } from "./bus-error.ts";
import type { Bus } from "./bus.ts";
import { openFileBus } from "./file/open-file-bus.ts";
import { hideSecrets } from "./hide-secrets.ts";
import { isNatsUrl } from "./is-nats-url.ts";
import { openMemoryBus } from "./memory.ts";
import type { NatsSettings } from "./nats/nats-settings.ts";
import type { World } from "./world.ts";

interface Opening {
  readonly world: World;
  /** Whether what is not there is made. */
  readonly create: boolean;
}

/**
 * `file:PATH` (also `file:///PATH`), a bare path, `memory:`, or what readNatsUrl reads; or the
 * settings of a fleet. Fails with `bad-url` for any other scheme, and as openFileBus and
 * openNatsBus do.
 */
export async function openBus(bus: string | NatsSettings, opening: Opening): Promise<Bus> {
  if (typeof bus !== "string") return openFleet(() => bus, opening);
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(bus) ?? [];
  if (scheme === "memory" && rest === "") return openMemoryBus({ world: opening.world });
  if (isNatsUrl(bus)) return openFleet(({ readNatsUrl }) => readNatsUrl(bus), opening);
  const path = scheme === "file" ? rest.replace(/^\/\/(?=\/)/, "") : bus;
  const isPath = path !== "" && (scheme === undefined || scheme === "file");
  if (isPath && !path.startsWith("//")) return openFileBus(path, opening);
  throw new BusError(
    "bad-url",
    `unknown bus URL "${hideSecrets(bus)}"; known: file:PATH, memory:, nats://HOST:PORT`,
  );
}

type NatsUrls = typeof import("./nats/nats-url.ts");

/** What it takes is loaded only now: it would double the start-up time of the others. */
async function openFleet(
  settings: (urls: NatsUrls) => NatsSettings,
  opening: Opening,
): Promise<Bus> {
  const [urls, { openNatsBus }] = await Promise.all([
    import("./nats/nats-url.ts"),
    import("./nats/open-nats-bus.ts"),
  ]);
  return openNatsBus(settings(urls), opening);
}
