/** A chain of images for stream and commit: `top` is backed by `middle`, and that by `base`. */
import { createImage, nullDisk } from "./nodes.ts";
import type { Monitor } from "./monitor.ts";

/** `base` is there already. `middle` and `top` are empty. */
export async function chain(qmp: Monitor, sizeBytes: number): Promise<void> {
  await image(qmp, "middle", "base", sizeBytes);
  await image(qmp, "top", "middle", sizeBytes);
}

/** Writes the whole of `node`. */
export async function fill(qmp: Monitor, node: string, sizeBytes: number): Promise<void> {
  await nullDisk(qmp, `bytes-of-${node}`, sizeBytes);
  await qmp.run("blockdev-backup", {
    "job-id": `fill-${node}`,
    device: `bytes-of-${node}`,
    target: node,
    sync: "full",
  });
  await qmp.reaches(`fill-${node}`, "null");
}

async function image(qmp: Monitor, name: string, backing: string, size: number): Promise<void> {
  const file = `${name}-file`;
  await createImage(qmp, { driver: "file", filename: `${name}.qcow2`, size: 0 });
  await qmp.run("blockdev-add", { driver: "file", "node-name": file, filename: `${name}.qcow2` });
  await createImage(qmp, { driver: "qcow2", file, size });
  await qmp.run("blockdev-add", { driver: "qcow2", "node-name": name, file, backing });
}
