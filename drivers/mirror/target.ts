/**
 * The target of a mirror, and the scratch folder that fences it. A run makes everything in a folder
 * of its own epoch, and moves it to the target or out of it from there. The next run removes that
 * folder first: a worker thought dead finds nothing left that it could move, and nowhere to move
 * to.
 *
 * The cursor knows the folders by their inodes, so that nobody else's is ever written or removed.
 */
import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../../actors/driver.ts";
import { bytePath } from "../copy/byte-path.ts";
import { inodeAt } from "../copy/inode.ts";
import { faultOf, IoFault } from "../copy/io-fault.ts";
import { remove } from "../copy/remove.ts";
import type { MirrorPlaces } from "./places.ts";

export type Cursor = {
  /** The inodes of the source and of the target. */
  readonly from: string;
  readonly to: string;
  /** Abort is to leave the target: it was complete once, and is too dear to be thrown away. */
  readonly isKept: boolean;
};

/** Null before the first checkpoint. Throws for JSON that is not a cursor of this driver. */
export function cursorOf(json: Json): Cursor | null {
  if (json === null) return null;
  const { from, to, isKept } = Object.assign(Object.create(null) as object, json) as Cursor;
  if (typeof from === "string" && typeof to === "string" && typeof isKept === "boolean") {
    return { from, to, isKept };
  }
  throw new Error(`expected the cursor of a mirror, found ${JSON.stringify(json)}`);
}

/**
 * The scratch folder of this epoch, empty; those of earlier ones are gone. May be repeated. Throws
 * an IoFault.
 */
export async function freshScratch({ scratch }: MirrorPlaces, epoch: number): Promise<string> {
  const own = join(scratch, `${epoch}`);
  await writing(scratch, async () => {
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    const old = (await readdir(scratch)).filter((name) => Number(name) <= epoch);
    for (const name of old) await remove(bytePath(join(scratch, name)));
    await mkdir(own);
  });
  return own;
}

/** Removes what a pass has taken out of the target. Throws an IoFault. */
export async function emptyScratch(own: string): Promise<void> {
  await writing(own, async () => {
    for (const name of await readdir(own)) await remove(bytePath(join(own, name)));
  });
}

/**
 * Whether the target is the one that the cursor knows; false when it was not put in place yet, or
 * removed. Throws when it is another one, an IoFault when all is gone: a disk that is not there.
 */
export async function isMade({ to, scratch }: MirrorPlaces, cursor: Cursor): Promise<boolean> {
  const found = await inodeAt(to);
  if (found === cursor.to) return true;
  if (found !== undefined) {
    throw new Error(`${JSON.stringify(to)} is not the target that this job made; move it away`);
  }
  if ((await inodeAt(scratch)) !== undefined) return false;
  throw new IoFault(`cannot write ${JSON.stringify(to)}: it is gone`, "ENOENT", "write");
}

/** A mirror removes what its source has not: it never begins with what somebody else has made. */
export async function expectAbsent({ to }: MirrorPlaces): Promise<void> {
  if ((await inodeAt(to)) === undefined) return;
  const advice = "a mirror makes it itself; choose another name, or remove it";
  throw new Error(`the target ${JSON.stringify(to)} exists; ${advice}`);
}

export interface Made {
  readonly inode: string;
  /** Moves it to where it belongs. Throws an IoFault. */
  place(to: string): Promise<void>;
}

/** Makes an empty target in the scratch folder. Throws an IoFault. */
export async function makeTarget(scratch: string): Promise<Made> {
  const made = join(scratch, "target");
  await writing(made, () => mkdir(made, { mode: 0o700 }));
  return {
    inode: (await inodeAt(made)) ?? "",
    place: (to) => writing(to, () => rename(made, to)),
  };
}

async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw faultOf(error, "write", bytePath(path));
  }
}
