import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/**
 * Stands in for apt-get, which would need a network: notes what it is asked, and has the version
 * $NEW in its own source, $OLD in the system's.
 */
const aptGet = `#!/bin/sh
PATH=/usr/bin:/bin
[ "$1" = --version ] && exit
echo "$@" >> "$CALLS"
[ "$1" = indextargets ] && echo http://mirror.example/debian/ && exit
[ -z "$BREAK" ] || { echo "E: $BREAK" >&2; exit 100; }
apt=$(dirname "$3")
cat "$apt/sources.list" >> "$CALLS"
case "$*" in
  *update*) touch "$apt/lists/mirror_Packages" ;;
  *download*) grep -q sourcelist "$3" && echo "$NEW" > nats.deb || echo "$OLD" > nats.deb ;;
esac
`;

const dpkgDeb = `#!/bin/sh
PATH=/usr/bin:/bin
mkdir -p "$3/usr/sbin"
printf '#!/bin/sh\\necho nats-server: v%s\\n' "$(cat "$2")" > "$3/usr/sbin/nats-server"
chmod +x "$3/usr/sbin/nats-server"
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jobchart-fetch-nats-"));
  for (const name of ["bin", "path"]) mkdirSync(join(folder, name));
  for (const name of readdirSync(import.meta.dirname).filter((each) => each.endsWith(".js"))) {
    copyFileSync(join(import.meta.dirname, name), join(folder, "bin", name));
  }
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  put("apt-get", aptGet);
  put("dpkg-deb", dpkgDeb);
  const others = ["spin", "cc", "gcc", "qemu-storage-daemon", "python3"];
  for (const name of others) put(name, "#!/bin/sh\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, text: string): string {
  const file = join(folder, "path", name);
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

function putServer(version: string): string {
  return put("nats-server", `#!/bin/sh\necho nats-server: v${version}\n`);
}

interface Ran {
  readonly code: number | null;
  readonly said: string;
  readonly calls: readonly string[];
}

/** Runs the set-up where PATH has nothing but the stand-ins. */
function run(env: Readonly<Record<string, string>> = {}, ...words: readonly string[]): Ran {
  const calls = join(folder, "calls");
  writeFileSync(calls, "");
  const script = join(folder, "bin/setup-parts.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    encoding: "utf8",
    env: { PATH: join(folder, "path"), CALLS: calls, NEW: "2.15.1", OLD: "2.9.10", ...env },
  });
  const lines = readFileSync(calls, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return { code: status, said: stdout + stderr, calls: lines };
}

function cached(place: "bin" | "old"): string | undefined {
  const file = join(folder, ".cache/nats", place, "nats-server");
  return existsSync(file) ? spawnSync(file, { encoding: "utf8" }).stdout.trim() : undefined;
}

/** Of Debian and who keeps it beside: elsewhere nothing is fetched. */
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

const howToGetOne =
  "put a nats-server, 2.11 or newer (https://nats.io/download), on PATH, or name it in " +
  "$JOBCHART_NATS_SERVER\n";

describe.runIf(existsSync(keyring))("the set-up", () => {
  test.each([{}, { CI: "true" }])("with %j fetches a NATS server, and an old one, once", (env) => {
    const { code, said, calls } = run(env);
    expect(code).toBe(0);
    expect(said).toBe("setup: fetching a nats-server into .cache, for the tests, once …\n");
    expect([cached("bin"), cached("old")]).toEqual([
      "nats-server: v2.15.1",
      "nats-server: v2.9.10",
    ]);
    expect(calls.filter((call) => /install/.test(call))).toEqual([]);
    expect(run(env)).toEqual({ code: 0, said: "", calls: [] });
  });

  test("fetches from the machine's own mirror, and only what Debian has signed", () => {
    expect(run().calls).toContain(
      `deb [signed-by=${keyring}] http://mirror.example/debian/ forky main`,
    );
  });

  test("keeps no old one where the system's is new enough", () => {
    expect(run({ OLD: "2.11.4" }).code).toBe(0);
    expect(cached("old")).toBeUndefined();
    expect(run()).toEqual({ code: 0, said: "", calls: [] });
  });

  test("fetches no new one where there is one on PATH, or named", () => {
    putServer("2.11.0");
    run();
    expect([cached("bin"), cached("old")]).toEqual([undefined, "nats-server: v2.9.10"]);
    const named = putServer("2.12.1");
    rmSync(join(folder, ".cache"), { recursive: true });
    run({ JOBCHART_NATS_SERVER: named });
    expect([cached("bin"), cached("old")]).toEqual([undefined, "nats-server: v2.9.10"]);
  });

  test("fetches one where that on PATH is too old, and refuses one that is named so", () => {
    const old = putServer("2.10.29");
    run();
    expect(cached("bin")).toBe("nats-server: v2.15.1");
    expect(run({ JOBCHART_NATS_SERVER: old, CI: "true" })).toEqual({
      code: 1,
      said: `setup: $JOBCHART_NATS_SERVER names ${old}, which is no nats-server since 2.11\n`,
      calls: [],
    });
  });

  test("says how to get one where none can be fetched, and tries again only when asked", () => {
    const fault = { BREAK: "Temporary failure" };
    const said = `setup: no nats-server could be fetched (E: Temporary failure); ${howToGetOne}`;
    expect(run(fault)).toMatchObject({ code: 0, said: expect.stringContaining(said) });
    expect(run()).toEqual({ code: 0, said: "", calls: [] });
    expect(run({ ...fault, CI: "true" })).toMatchObject({ code: 1 });
    expect(run(fault, "--system")).toMatchObject({ code: 1, said: expect.stringContaining(said) });
    expect(run({}, "--system")).toMatchObject({ code: 0 });
    expect(cached("bin")).toBe("nats-server: v2.15.1");
  });

  test("says so where there is no apt-get", () => {
    rmSync(join(folder, "path/apt-get"));
    const said = `setup: no nats-server could be fetched (there is no apt-get here); ${howToGetOne}`;
    expect(run({ CI: "true" })).toEqual({ code: 1, said, calls: [] });
  });
});
