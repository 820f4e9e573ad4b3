/**
 * Creation: all members of a group exist in one commit, or none does. As in QEMU a member that is
 * refused after it existed shows `created` and `null`, and undoes the members before it.
 */
import { Cascade } from "./cascade.ts";
import type { Asked, Create, Draft, JobGroup } from "./input.ts";
import { isJobId } from "./job-id.ts";
import { wasPruned } from "./prune.ts";
import type { Group } from "./record.ts";
import { canceled, refusal, type Refusal } from "./refusal.ts";

export const groupSizeMax = 256;

export function decideCreation(
  group: Group,
  input: Asked & Create,
): { readonly cascade: Cascade; readonly refused: Refusal | undefined } {
  const cascade = new Cascade(group, input.at);
  const invalid = whyInvalid(group, input.jobs);
  if (invalid !== undefined) return { cascade, refused: invalid };
  const { completion, name = null, by, jobs, claim, verb: _verb, id: _id, ...said } = input;
  const together: JobGroup = { name, completion, by };
  for (const draft of jobs) {
    cascade.create(draft, together, said);
    const refused = whyNotSpeed(draft);
    if (refused !== undefined) {
      undo(cascade, draft.uid);
      return { cascade, refused };
    }
  }
  if (claim !== undefined) {
    const claimed = { verb: "claimed", epoch: 1, claim, at: input.at } as const;
    for (const { uid } of cascade.group.jobs.toReversed()) cascade.tell(uid, { ...claimed, uid });
  }
  return { cascade, refused: undefined };
}

function whyInvalid(group: Group, jobs: readonly Draft[]): Refusal | undefined {
  if (group.voided) return refusal(`Group '${group.gid}' was given up`, "void", "create");
  if (group.pruned !== undefined) return wasPruned(group.gid, group.pruned, "create");
  if (group.jobs.length > 0) return refusal(`Group '${group.gid}' exists`, "empty", "create");
  if (jobs.length === 0 || jobs.length > groupSizeMax) {
    const text = `A group has 1 to ${groupSizeMax} jobs, not ${jobs.length}`;
    return refusal(text, "group-size", "create");
  }
  const seen = new Set<string>();
  for (const { id } of jobs) {
    if (!isJobId(id)) return refusal(`Invalid job ID '${id}'`, "job-id", "create");
    if (seen.has(id)) return refusal(`Job ID '${id}' already in use`, "id-free", "create");
    seen.add(id);
  }
  return undefined;
}

function whyNotSpeed({ speed = 0 }: Draft): Refusal | undefined {
  if (Number.isSafeInteger(speed) && speed >= 0) return undefined;
  return refusal("Parameter 'speed' expects a non-negative value", "speed", "create");
}

function undo(cascade: Cascade, failed: string): void {
  cascade.tellInner(failed, { verb: "create.undo" });
  const uids = cascade.group.jobs.map(({ uid }) => uid).toReversed();
  for (const uid of uids) {
    cascade.tellInner(uid, { verb: "group.abort", cause: failed, text: canceled });
  }
  for (const uid of uids) cascade.settle(uid);
}
