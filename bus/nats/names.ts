/**
 * What things are called on the server: subjects under a prefix, streams and the bucket named
 * after it. docs/wire.md lists them.
 */

/** Subject tokens of the prefix `job` or `acme.job`: letters, digits, `-` and `_`. */
export const prefixPattern = /^[\w-]+(?:\.[\w-]+)*$/;
export const defaultPrefix = "job";

export interface Names {
  readonly prefix: string;
  readonly streams: {
    /** `<prefix>.log.<gid>`. */
    readonly log: string;
    /** `<prefix>.event.<type>.<id>.<status>`, published as `<prefix>.relay.…`. */
    readonly feed: string;
    /** `<prefix>.work.<type>.<place>.<uid>`. */
    readonly work: string;
    /** `<prefix>.progress.<uid>`. */
    readonly progress: string;
    /** The stream under the bucket. */
    readonly values: string;
  };
  readonly bucket: string;
}

export function namesOf(prefix: string): Names {
  const plain = prefix.replaceAll(".", "_");
  const upper = plain.toUpperCase();
  return {
    prefix,
    streams: {
      log: `${upper}_LOG`,
      feed: `${upper}_FEED`,
      work: `${upper}_WORK`,
      progress: `${upper}_PROGRESS`,
      values: `KV_${plain}`,
    },
    bucket: plain,
  };
}
