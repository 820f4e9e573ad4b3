/** The topology of a run: which processes there are, on which hosts, and what each one does. */
import { evenly, type Chooser } from "./chooser.ts";
import type { Role } from "./member.ts";

/** How far a process's wall clock may be off. */
const skewsMs = [0, 0, 0, -400, 250, 3_000];

/** Two nodes, three workers, two clients, or fewer. */
export function drawRoles(chooser: Chooser, mayRelay: boolean): readonly Role[] {
  const nodes = chooser.pick("nodes", [1, 2]);
  const workers = chooser.pick("workers", [1, 2, 2, 3]);
  const relays = evenly(chooser, "relays") && mayRelay;
  const all: Role[] = [];
  const add = (role: Omit<Role, "skewMs">): void => {
    all.push({ ...role, skewMs: chooser.pick("skew", skewsMs) });
  };
  for (let node = 1; node <= nodes; node += 1) {
    add({ name: `n${node}`, host: `h${node}`, works: "none", keeps: true, relays });
  }
  for (let worker = 1; worker <= workers; worker += 1) {
    const host = worker < 3 ? "h1" : "h2";
    add({ name: `w${worker}`, host, works: "offered", keeps: true, relays: false });
  }
  add({ name: "c1", host: "h3", works: "none", keeps: false, relays: false });
  add({ name: "c2", host: "h1", works: "own", keeps: true, relays: false });
  return all;
}

/** As small as a fleet can be: for strategies that try everything. */
export const smallest: readonly Role[] = [
  { name: "w1", host: "h1", works: "offered", keeps: true, relays: false, skewMs: 0 },
  { name: "w2", host: "h1", works: "offered", keeps: true, relays: false, skewMs: 0 },
  { name: "c1", host: "h3", works: "none", keeps: false, relays: false, skewMs: 0 },
];
