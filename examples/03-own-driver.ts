/**
 * A driver of one's own, as the command line takes it:
 *
 *     jobchart run checksum --drivers examples/03-own-driver.ts --arg file=package.json
 */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Driver } from "jobchart";

const checksum: Driver<{ file: string }> = {
  type: "checksum",
  args: {
    type: "object",
    required: ["file"],
    properties: { file: { type: "string", format: "path" } },
  },
  async run(job) {
    await using file = await open(job.args.file);
    const { size } = await file.stat();
    const hash = createHash("sha256");
    for (let at = 0; at < size; at += 65_536) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, at);
      hash.update(buffer.subarray(0, bytesRead));
      await job.charge(bytesRead);
      job.progress(at + bytesRead, size);
    }
    return { sha256: hash.digest("hex") };
  },
};

export default checksum;
