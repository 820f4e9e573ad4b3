/**
 * Block nodes for sessions. Most are null disks, which take no room and answer at once. A backup
 * copies all of one; for mirror, stream and commit it holds nothing that has to be copied.
 */
import type { Monitor } from "./monitor.ts";
import type { Message } from "./recording.ts";

export const MiB = 2 ** 20;

/** Large enough that a job at one byte a second never ends. */
const hugeBytes = 1024 * MiB;

/** A disk that takes and gives any bytes. */
export async function nullDisk(qmp: Monitor, name: string, sizeBytes = hugeBytes): Promise<void> {
  await qmp.run("blockdev-add", { driver: "null-co", "node-name": name, size: sizeBytes });
}

/** Two disks: what a backup or a mirror reads, and what it writes. */
export async function nullDisks(qmp: Monitor, sizeBytes = hugeBytes): Promise<void> {
  await nullDisk(qmp, "source", sizeBytes);
  await nullDisk(qmp, "target", sizeBytes);
}

/** A file of zeros, each of which has to be copied. */
export async function fullDisk(qmp: Monitor, name: string, sizeBytes: number): Promise<void> {
  const filename = `${name}.raw`;
  await createImage(qmp, { driver: "file", filename, size: sizeBytes, preallocation: "full" });
  await qmp.run("blockdev-add", { driver: "file", "node-name": name, filename });
}

/** Creates an image by a job, and dismisses that. */
export async function createImage(qmp: Monitor, options: Message): Promise<void> {
  await qmp.run("blockdev-create", { "job-id": "create", options });
  await qmp.reaches("create", "concluded");
  await qmp.run("job-dismiss", { id: "create" });
}

export interface Fault {
  readonly on: "read" | "write";
  /** The system's error number: 5 is EIO, 28 is ENOSPC. */
  readonly errno: number;
  /** Fails the first time only. */
  readonly once: boolean;
  /** Fails at this place only; everywhere when absent. */
  readonly atByte?: number;
}

export const eio = 5;
export const enospc = 28;

/** A disk that fails as told. `image` is the disk that it is else: a node, or what describes one. */
export async function faultyDisk(
  qmp: Monitor,
  name: string,
  { on, errno, once, atByte }: Fault,
  image: string | Message,
): Promise<void> {
  const sector = atByte === undefined ? {} : { sector: atByte / 512 };
  await qmp.run("blockdev-add", {
    driver: "blkdebug",
    "node-name": name,
    image,
    "inject-error": [{ event: "none", iotype: on, errno, once, ...sector }],
  });
}
