/** What bytes end with that is only half of something: the other half is yet to come. */

/** The beginning of a UTF-8 character, or of a colour code, with a byte for a sign. */
const half =
  /(?:[\xc0-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf7][\x80-\xbf]{0,2}|[^\n\r\t -\xff](?:\[[\d;]{0,20})?)$/;
const halfBytesMax = 24;

/** How many bytes at the end are no whole character or colour code yet. */
export function halfAtEnd(bytes: Buffer): number {
  return half.exec(bytes.subarray(-halfBytesMax).toString("latin1"))?.[0].length ?? 0;
}
