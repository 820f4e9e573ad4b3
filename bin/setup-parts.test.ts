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

const commands = "spin cc gcc qemu-storage-daemon python3";

/** Stands in for apt-get, which would need a network and change the system: notes what it is asked. */
const aptGet = `#!/bin/sh
PATH=/usr/bin:/bin
[ "$1" = --version ] && exit
echo "$@" >> "$CALLS"
[ -z "$BREAK" ] || { echo "E: $BREAK" >&2; exit 100; }
[ "$2" = -c ] && apt=$(dirname "$3")
case "$*" in
  *-c*update*) touch "$apt/lists/mirror_Packages" ;;
  *--download-only*) touch "$apt/archives/some.deb" ;;
  install*) for name in \${BRINGS-${commands}}; do
    printf '#!/bin/sh\\n' > "$FOLDER/path/$name"; chmod +x "$FOLDER/path/$name"
  done ;;
esac
`;

/** Unpacks, whatever the archive, commands that say their names. */
const dpkgDeb = `#!/bin/sh
PATH=/usr/bin:/bin
mkdir -p "$3/usr/bin" "$3/usr/lib/some-linux-gnu"
for name in ${commands}; do
  printf '#!/bin/sh\\necho real %s "$LD_LIBRARY_PATH" "$@"\\n' "$name" > "$3/usr/bin/$name"
  chmod +x "$3/usr/bin/$name"
done
`;

const sudo = `#!/bin/sh
[ "$1" = --version ] && exit
[ "$1" = -n ] && shift
exec "$@"
`;

/** With a NATS server there, nothing is fetched: fetch-nats.test.ts tells of that. */
const natsServer = "#!/bin/sh\necho nats-server: v2.11.0\n";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jobchart-setup-parts-"));
  for (const name of ["bin", "path"]) mkdirSync(join(folder, name));
  for (const name of readdirSync(import.meta.dirname).filter((each) => each.endsWith(".js"))) {
    copyFileSync(join(import.meta.dirname, name), join(folder, "bin", name));
  }
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const standIns = { "apt-get": aptGet, "dpkg-deb": dpkgDeb, sudo, "nats-server": natsServer };
  for (const [name, text] of Object.entries(standIns)) {
    writeFileSync(join(folder, "path", name), text, { mode: 0o755 });
  }
  mkdirSync(join(folder, ".cache/nats/old"), { recursive: true });
  writeFileSync(join(folder, ".cache/nats/old/looked-for"), "");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the set-up where PATH has nothing but the stand-ins. */
function run(env: Readonly<Record<string, string>> = {}, ...words: readonly string[]) {
  const script = join(folder, "bin/setup-parts.js");
  writeFileSync(join(folder, "calls"), "");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    encoding: "utf8",
    env: { PATH: join(folder, "path"), CALLS: join(folder, "calls"), FOLDER: folder, ...env },
  });
  const calls = readFileSync(join(folder, "calls"), "utf8").split("\n").slice(0, -1);
  return { code: status, said: stdout + stderr, calls };
}

const cached = (name: string): string => join(folder, ".cache/parts/bin", name);

describe.runIf(process.platform === "linux")("setup, before the tests", () => {
  test("unpacks what is missing into the cache, once, and installs nothing", () => {
    const { code, calls } = run();
    expect(code).toBe(0);
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.filter((call) => !/ update$| --download-only /.test(call))).toEqual([]);
    const { stdout } = spawnSync(cached("spin"), ["-V"], { encoding: "utf8" });
    expect(stdout).toMatch(/^real spin \S+\/root\/usr\/lib\/some-linux-gnu -V\n$/);
    expect(run()).toEqual({ code: 0, said: "", calls: [] });
  });

  test("gives up in silence without a network, and does not try again soon", () => {
    expect(run({ BREAK: "Temporary failure" })).toMatchObject({ code: 0, said: "" });
    expect(existsSync(cached("spin"))).toBe(false);
    expect(run()).toEqual({ code: 0, said: "", calls: [] });
  });
});

describe("setup, with CI=true or when asked for it", () => {
  test.each([
    ["by CI", { CI: "true" }, []],
    ["by hand", {}, ["--system"]],
  ])("installs what is missing, %s, and nothing the next time", (_, env, words) => {
    const { code, calls } = run(env, ...words);
    expect(code).toBe(0);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatch(
      /^install .* qemu-system-common qemu-utils spin gcc libc6-dev python3$/,
    );
    expect(run(env, ...words)).toMatchObject({ code: 0, calls: [] });
  });

  test("brings its lists of packages up to date when that fails, then fails and says why", () => {
    const { code, said, calls } = run({ CI: "true", BREAK: "no mirror answers" });
    expect(code).toBe(1);
    expect(calls.map((call) => call.split(" ")[0])).toEqual(["install", "update", "install"]);
    expect(said).toContain("setup: could not install qemu-storage-daemon, spin, cc, python3\n");
    expect(said).toContain("E: no mirror answers\n");
  });

  test("fails when the packages are there but a command is not", () => {
    const { code, said } = run({ CI: "true", BRINGS: "cc gcc qemu-storage-daemon python3" });
    expect(code).toBe(1);
    expect(said).toContain("setup: spin came with no package onto PATH");
  });
});
