/**
 * The office: where clients ask. In the process that has the log at hand (own-office.ts), or at a
 * node of the fleet (far-office.ts); who asks need not know which. Start here.
 */
import type { Conditions, Reply } from "../actors/commands.ts";
import type { GroupSpec } from "../actors/drafting.ts";
import type { SessionInfo } from "../actors/lease.ts";
import type { Output } from "../actors/outputs.ts";
import type { PruneRequest, PruneSlice } from "../actors/pruner.ts";
import type { JobType } from "../actors/registry.ts";
import type { Asked, VerbInput } from "../machines/input.ts";
import type { Claim, Group } from "../machines/record.ts";
import type { View } from "../projections/view.ts";

export interface Office {
  readonly view: View;
  /** Creates a group, all or none; paths in arguments are absolute. `claim`: who starts the jobs. */
  create(group: GroupSpec, asked: Asked, claim?: Claim): Promise<Reply>;
  ask(input: Asked & VerbInput, conditions?: Pick<Conditions, "rev">): Promise<Reply>;
  /** As Commands.look. */
  look(gid: string, uid?: string): Promise<Group>;
  /** The uid of the last job that had the id. */
  uidOf(id: string): Promise<string | undefined>;
  /** The end of what the job has said; undefined when it has said nothing, or too long ago. */
  output(uid: string): Promise<Output | undefined>;
  /** Makes types known that no worker has declared yet. */
  declare(jobTypes: readonly JobType[]): Promise<void>;
  /** Does the next part of pruning. To be done twice does no harm. */
  prune(request: PruneRequest): Promise<PruneSlice>;
  /** The types that are known. */
  jobTypes(): Promise<readonly JobType[]>;
  /** The sessions of workers that are alive. */
  sessions(): Promise<readonly SessionInfo[]>;
}
