/**
 * The views, asked while things happen: what a view answers must be what the log said at one of
 * the positions between question and answer (L4).
 */
import { isDeepStrictEqual } from "node:util";
import type { Job } from "../../machines/record.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Loss } from "./loss.ts";
import type { Marks } from "./marks.ts";
import type { Opened } from "./member.ts";

/** What of a simulation it takes to judge an answer. */
export interface Scene {
  readonly chronicle: Chronicle;
  readonly loss: Loss;
  readonly marks: Marks;
  break(what: string): void;
}

type Seen = Pick<Job, "uid" | "status" | "epoch" | "outcome">;

/** Asks the view for all jobs. Breaks the scene when no position of the log was like that. */
export async function askView(scene: Scene, { view, life }: Opened): Promise<void> {
  const { chronicle } = scene;
  const first = chronicle.length;
  const found = (await view.jobs({ all: true })).map(seen);
  if (scene.loss.hasStruck) return;
  for (let position = first; position <= chronicle.length; position += 1) {
    const jobs = chronicle.groupsAt(position).flatMap((group) => group.jobs.map(seen));
    if (isDeepStrictEqual(sorted(jobs), sorted(found))) {
      scene.marks.reach("a view is asked and is true");
      return;
    }
  }
  scene.break(
    `L4 ${life.name} asked its view at ${first}: no position from there on was like that`,
  );
}

function seen({ uid, status, epoch, outcome }: Seen): Seen {
  return { uid, status, epoch, outcome };
}

function sorted(jobs: readonly Seen[]): readonly Seen[] {
  return jobs.toSorted((a, b) => (a.uid < b.uid ? -1 : 1));
}
