/** Tables of text: columns as wide as what stands in them, colours not counted. */
import { stripVTControlCharacters } from "node:util";

const gap = "  ";
const escape = String.fromCharCode(0x1b);
/** A colour, or one sign of text. */
const pieces = new RegExp(`${escape}\\[[0-9;]*m|.`, "gsu");

/** One line a row; the last column is as long as it is. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

/** The cell, filled up with spaces where it is narrower. */
export function padded(cell: string, columns: number): string {
  return cell + " ".repeat(Math.max(0, columns - widthOf(cell)));
}

/** The line, cut where the terminal ends. Only for lines without colours beyond that place. */
export function fitted(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  let width = 0;
  let cut = "";
  for (const [piece] of line.matchAll(pieces)) {
    const isColour = piece.length > 1 && piece.startsWith(escape);
    if (!isColour && width >= columns - 1) continue;
    cut += piece;
    if (!isColour) width += 1;
  }
  return `${cut}…`;
}

function widthOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}
