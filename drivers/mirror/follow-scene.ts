/**
 * A scene for tests of following: a source with one of everything, an empty target, and the passes
 * from one to the other. All files are old: young ones are copied twice.
 */
import { lstatSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytePath } from "../copy/byte-path.ts";
import { inodeOf } from "../copy/inode.ts";
import { testFolder, treeText, type TestFolder } from "../copy/test-folder.ts";
import { follow } from "./follow.ts";
import type { FollowOrder, Passed, Stride } from "./pass.ts";

export const longAgo = 1_700_000_000;
export const mebibyte = 1024 * 1024;

export class FollowScene implements AsyncDisposable {
  readonly folder: TestFolder = testFolder();
  readonly from = this.folder.at("from");
  readonly to = this.folder.at("to");
  readonly scratch = this.folder.at("scratch");
  readonly #strides: Generator<Stride, never, void>;

  constructor() {
    mkdirSync(join(this.from, "a", "b"), { recursive: true });
    mkdirSync(join(this.from, "empty"));
    mkdirSync(this.to, 0o700);
    mkdirSync(this.scratch);
    this.write("a/one", "one");
    this.write("a/b/two", "two");
    this.write("large", Buffer.alloc(3 * mebibyte, "large"));
    symlinkSync("../nowhere", join(this.from, "a", "link"));
    symlinkSync("loop", join(this.from, "loop"));
    this.#strides = follow(this.order());
  }

  /** Writes a file of the source, which is then as old as all the others. */
  write(name: string, content: string | Buffer, seconds = longAgo): void {
    writeFileSync(join(this.from, name), content);
    utimesSync(join(this.from, name), seconds, seconds);
  }

  order(): FollowOrder {
    const [from, to] = [bytePath(this.from), bytePath(this.to)];
    const [fromInode, toInode] = [from, to].map((at) =>
      inodeOf(lstatSync(at, { bigint: true })),
    ) as [string, string];
    const owner = process.geteuid?.() === 0;
    return { from, to, scratch: bytePath(this.scratch), fromInode, toInode, owner };
  }

  stride(): Stride {
    return this.#strides.next().value;
  }

  pass(): Passed {
    for (;;) {
      const { pass } = this.stride();
      if (pass !== null) return pass;
    }
  }

  get source(): readonly string[] {
    return treeText(this.from);
  }

  get target(): readonly string[] {
    return treeText(this.to);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.folder[Symbol.asyncDispose]();
  }
}
