/**
 * The rules of resources, one sentence at a time: who takes them when, who holds them, and how many
 * at once. What two groups have together no single log can show; everybody who asks asks these.
 */
import { blankJob, type Job, type Resource } from "../../machines/record.ts";
import { holdsResources, mayAllHold, takesWhenClaimed } from "../../machines/resources.ts";
import { statuses } from "../../machines/status.ts";

const claim = { session: "s1", worker: "w1", host: "h1" };
const alone: Resource = { name: "x", shared: false };
const shared: Resource = { name: "x", shared: true };
const beside = (limit: number): Resource => ({ name: "x", shared: false, limit });

/** Who may hold `x` together, and who may not. */
const together: readonly (readonly [readonly Resource[], boolean])[] = [
  [[], true],
  [[alone], true],
  [[alone, alone], false],
  [[alone, shared], false],
  [[shared, shared, shared], true],
  [[beside(2), beside(2)], true],
  [[beside(2), beside(2), beside(2)], false],
  [[beside(3), beside(2)], true],
  [[beside(3), beside(2), beside(3)], false],
  [[beside(2), shared], true],
  [[beside(2), shared, shared], false],
  [[beside(1), beside(3)], false],
];

/** Throws when a sentence does not hold. */
export function everyResourceRule(): void {
  for (const [holders, may] of together) {
    expect(mayAllHold(holders) === may, `${JSON.stringify(holders)} together: ${may}`);
  }
  const [waiting, refusing] = [jobWith("wait"), jobWith("refuse")];
  expect(takesWhenClaimed(waiting), "who waits takes what it needs when it is claimed");
  expect(!takesWhenClaimed(refusing), "who does not wait takes it before");
  expect(!takesWhenClaimed({ ...waiting, resources: [] }), "who needs nothing takes nothing");
  for (const status of statuses) {
    const isOver = status === "concluded" || status === "null";
    for (const job of [waiting, refusing]) {
      const { onBusy } = job;
      const free = holdsResources({ ...job, status });
      const claimed = holdsResources({ ...job, status, claim });
      expect(claimed === !isOver, `claimed, ${status}, ${onBusy}: it holds until it is over`);
      const isHeld = onBusy === "refuse" && !isOver;
      expect(free === isHeld, `unclaimed, ${status}, ${onBusy}: ${isHeld ? "" : "not "}held`);
    }
  }
}

function jobWith(onBusy: Job["onBusy"]): Job {
  return { ...blankJob, onBusy, resources: [alone] };
}

function expect(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(sentence);
}
