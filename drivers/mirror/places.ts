/**
 * The places of a mirror, all made from the arguments and the job's uid, so that every callback
 * finds them in any process; and what must be so of them before a run and before a switch.
 */
import { readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import type { Json } from "../../actors/driver.ts";
import { checkedPlaces } from "../copy/checks.ts";
import { codeOf } from "../copy/io-fault.ts";
import { placesOf as copyPlacesOf, type Places } from "../copy/places.ts";

export type MirrorArgs = {
  readonly from: string;
  readonly to: string;
  readonly pivot?: string;
};

export interface MirrorPlaces extends Places {
  /** Has a folder for each epoch, where entries are made and what is removed is moved to. */
  readonly scratch: string;
  readonly pivot: Pivot | null;
}

interface Pivot {
  readonly path: string;
  /** The new link, before it is moved to `path`. */
  readonly link: string;
}

/** What a run of a mirror comes to. */
export type Result = {
  /** Copied in the process that ended the run. */
  readonly bytes: number;
  /** Made in that process. */
  readonly passes: number;
  /** The pivot is to be switched: there is one, and the job was completed and not cancelled. */
  readonly switched: boolean;
};

export function isSwitched(result: Json): boolean {
  return (result as Result | null)?.switched === true;
}

/** Undefined when the arguments name no places. */
export function placesOf(args: MirrorArgs, uid: string): MirrorPlaces | undefined {
  const places = copyPlacesOf(args, uid);
  if (!places) return undefined;
  const scratch = `${places.to}.mirror-${uid}`;
  if (args.pivot === undefined) return { ...places, scratch, pivot: null };
  if (!isAbsolute(args.pivot) || args.pivot.includes("\0")) return undefined;
  const path = resolve(args.pivot);
  return { ...places, scratch, pivot: { path, link: `${path}.mirror-${uid}` } };
}

/**
 * With `from` followed to what it stands for. Throws an Error that says what is wrong, and where.
 */
export async function checkedMirror(args: MirrorArgs, uid: string): Promise<MirrorPlaces> {
  const places = placesOf(args, uid);
  if (!places) throw new Error(`expected absolute paths, found ${JSON.stringify(args)}`);
  // Whether the target may exist depends on whose it is; it must never be, or hold, the source.
  const { from } = await checkedPlaces({ from: args.from, to: args.to, overwrite: true }, uid);
  if (!(await stat(from)).isDirectory()) {
    throw new Error(`the source ${show(from)} is not a folder; use copy for a file`);
  }
  const checked = { ...places, from };
  if (checked.pivot) {
    await expectApart(checked, checked.pivot);
    await linkText(checked.pivot.path);
  }
  return checked;
}

/** Where the pivot leads; undefined when there is none. Throws for one that is no link. */
export async function linkText(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (codeOf(error) !== "EINVAL") throw error;
  }
  throw new Error(`the pivot ${show(path)} exists and is no link; move it away first`);
}

/** Nor may it lie where the mirror would be copying it, or undoing it. */
async function expectApart({ from, to, parent }: MirrorPlaces, { path }: Pivot): Promise<void> {
  const around = await realpath(dirname(path)).catch((error: Error) => {
    throw new Error(`the folder of the pivot ${show(path)} cannot be found: ${error.message}`, {
      cause: error,
    });
  });
  const real = join(around, basename(path));
  for (const folder of [from, join(await realpath(parent), basename(to))]) {
    if (real !== folder && !real.startsWith(`${folder}/`)) continue;
    throw new Error(`the pivot ${show(path)} is, or lies in, ${show(folder)}; choose another`);
  }
}

function show(path: string): string {
  return JSON.stringify(path);
}
