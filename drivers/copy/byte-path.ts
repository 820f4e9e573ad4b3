/**
 * Paths as bytes. A name on disk is a row of bytes and need not be UTF-8, so inside the copy a path
 * is a string with one character per byte ("latin1"): it sorts in byte order, survives a message
 * to the thread, and loses nothing. `bytesOf` is what the file system is given.
 */

/** From an ordinary string, which is UTF-8 on disk. */
export function bytePath(path: string): string {
  return Buffer.from(path, "utf8").toString("latin1");
}

export function bytesOf(path: string): Buffer {
  return Buffer.from(path, "latin1");
}

/** The path of an entry below a root; the root's own path is empty. */
export function below(root: string, path: string): string {
  return path === "" ? root : `${root}/${path}`;
}

/** The folder that an entry is in. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** For people: in quotes, newlines escaped, what is not UTF-8 replaced. */
export function quoted(path: string): string {
  return JSON.stringify(bytesOf(path).toString("utf8"));
}
