/**
 * Job ids, by QEMU's rules (`util/id.c`: id_wellformed): an ASCII letter, then ASCII letters,
 * digits, `-`, `.`, `_`. Ours end at 512 characters. A uid is a group's id and a number, and is
 * itself a well-formed id; users may not choose ids of that form.
 */

const wellFormed = /^[A-Za-z][A-Za-z0-9._-]{0,511}$/;
const systemGiven = /^g[a-z2-7]{16}-[1-9][0-9]{0,2}$/;

export function isJobId(id: string): boolean {
  return wellFormed.test(id);
}

export function isUid(id: string): boolean {
  return systemGiven.test(id);
}

/** The uid of a group's n-th job, counted from 1. */
export function uidOf(gid: string, ordinal: number): string {
  return `${gid}-${ordinal}`;
}

/** The group that a uid belongs to. */
export function gidOf(uid: string): string {
  return uid.slice(0, uid.lastIndexOf("-"));
}
