/** Numbers as programs print them: `1,234,567`, `460M`, `12.5`, `00:10:34.53`. */

/** As everywhere in Jobchart: K, M, G are 1024s. */
const factors: Readonly<Record<string, number>> = {
  "": 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
  P: 1024 ** 5,
};

/**
 * A number, a size in units, or a time in seconds; undefined when it is none of them, or more than
 * anybody can count.
 */
export function amountOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const amount = text.includes(":") ? secondsOf(text) : sizeOf(text);
  return amount >= 0 && amount <= Number.MAX_SAFE_INTEGER ? amount : undefined;
}

/** NaN when it is none. */
function sizeOf(text: string): number {
  const [, digits = "", unit = ""] =
    /^\s*([\d.,_' ]*\d)\s*([KMGTP]?)(?:i?B)?\s*$/i.exec(text) ?? [];
  const number = Number(plain(digits));
  const factor = factors[unit.toUpperCase()];
  if (digits === "" || factor === undefined) return Number.NaN;
  return factor === 1 ? number : Math.round(number * factor);
}

/** Without what separates thousands: a comma always, a point when there are several. */
function plain(digits: string): string {
  const bare = digits.replaceAll(/[,_' ]/g, "");
  return bare.indexOf(".") === bare.lastIndexOf(".") ? bare : bare.replaceAll(".", "");
}

function secondsOf(text: string): number {
  return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
