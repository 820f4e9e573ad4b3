/**
 * A disk that promises more than it has: an ext4 in a sparse file on a small disk of memory. Writes
 * succeed and the flush is what fails. For tests only, where mounting is allowed.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { mountDisk } from "./test-folder.ts";

/** What makes file systems is not on everybody's PATH. */
const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` };
const promisedBytes = 32 * 1024 * 1024;

export class ThinDisk implements Disposable {
  readonly path: string;
  readonly #back: string;
  readonly #image: string;
  #isMounted = false;

  constructor(folder: string) {
    this.path = `${folder}/thin`;
    this.#back = `${folder}/back`;
    this.#image = `${this.#back}/image`;
  }

  /** Whether mounting is allowed here, and an ext4 can be made. */
  mount(options: string): boolean {
    for (const at of [this.path, this.#back]) mkdirSync(at);
    if (!mountDisk(this.#back, options)) return false;
    this.#isMounted = true;
    writeFileSync(this.#image, "");
    truncateSync(this.#image, promisedBytes);
    try {
      const format = ["-q", "-F", "-O", "^has_journal", "-m", "0", this.#image];
      execFileSync("mkfs.ext4", format, { stdio: "ignore", env });
      this.#attach();
      return true;
    } catch {
      return false;
    }
  }

  /** Forgets all that is in memory only. */
  reload(): void {
    execFileSync("umount", [this.path]);
    this.#attach();
  }

  /** Lets it have what it promised. */
  grow(): void {
    mountDisk(this.#back, `remount,size=${2 * promisedBytes}`);
  }

  #attach(): void {
    const options = ["-o", "loop,errors=continue", this.#image, this.path];
    execFileSync("mount", options, { stdio: "ignore" });
  }

  [Symbol.dispose](): void {
    if (!this.#isMounted) return;
    for (const at of [this.path, this.#back]) {
      try {
        execFileSync("umount", [at], { stdio: "ignore" });
      } catch {
        // It was not mounted.
      }
    }
  }
}
