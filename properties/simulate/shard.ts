/** One thread's share of a campaign: makes its runs, and tells of each. shards.ts starts it. */
import { parentPort, workerData } from "node:worker_threads";
import { campaign, type Plan } from "./campaign.ts";
import { tallyOf } from "./tally.ts";

for await (const judged of campaign(workerData as Plan)) {
  parentPort?.postMessage(tallyOf(judged), []);
}
