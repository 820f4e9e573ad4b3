/** A driver of one's own: `jobchart run checksum --drivers 03-own-driver.ts --arg file=FILE`. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Driver } from "jobchart";

const checksum: Driver<{ file: string }> = {
  type: "checksum",
  args: { required: ["file"], properties: { file: { type: "string", format: "path" } } },
  async run(job) {
    await using file = await open(job.args.file);
    const [{ size }, hash, chunk] = [await file.stat(), createHash("sha256"), Buffer.alloc(65_536)];
    for (let at = 0; at < size;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      hash.update(chunk.subarray(0, bytesRead));
      job.progress((at += bytesRead), size);
      await job.charge(bytesRead); // here it pauses, slows down, and is cancelled
    }
    return { sha256: hash.digest("hex") };
  },
};
export default checksum;
