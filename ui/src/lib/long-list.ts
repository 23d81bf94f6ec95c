// A long list of which only what is in sight is drawn: where each row stands, and which are in sight. Pure.

/** Where the rows of a list stand. */
export interface Layout {
  /** The upper edge of each row, and the lower edge of the last. */
  tops: readonly number[];
  /** A row's place in the list, by its key. */
  index: ReadonlyMap<number, number>;
}

/** Puts rows under each other. */
export function stacked<Row>(rows: readonly Row[], key: (row: Row) => number, height: (row: Row, at: number) => number): Layout {
  const tops = [0];
  const index = new Map<number, number>();
  let edge = 0;
  rows.forEach((row, at) => {
    index.set(key(row), at);
    edge += height(row, at);
    tops.push(edge);
  });
  return { tops, index };
}

/** The height of them all. */
export function total({ tops }: Layout): number {
  return tops.at(-1) ?? 0;
}

/** The row at this height: the first for what is above the list, the last for what is below; −1 in an empty list. */
export function rowAt({ tops }: Layout, y: number): number {
  let [low, high] = [0, tops.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return high < 0 ? -1 : low;
}

/** The rows between two heights, and those that must be drawn wherever they are (the one with the focus), in order. */
export function drawn(layout: Layout, from: number, to: number, always: Iterable<number>): number[] {
  const [first, last] = [rowAt(layout, from), rowAt(layout, to)];
  if (first < 0) return [];
  const places = Array.from({ length: last - first + 1 }, (_, step) => first + step);
  const extra = [...always].map((key) => layout.index.get(key)).filter((at) => at !== undefined);
  const outside = [...new Set(extra)].filter((at) => at < first || at > last);
  return [...places, ...outside].sort((a, b) => a - b);
}

/** The row at the upper edge of what is in sight, and how far it is scrolled over. */
export interface Anchor {
  key: number;
  over: number;
}

/** What the eye rests on; nothing at the list's very top, where what is new belongs. */
export function anchored<Row>(layout: Layout, rows: readonly Row[], key: (row: Row) => number, scrolled: number): Anchor | null {
  const at = rowAt(layout, scrolled);
  const row = rows[at];
  return row === undefined || scrolled < 1 ? null : { key: key(row), over: scrolled - (layout.tops[at] ?? 0) };
}

/** How far the list must be scrolled so that the anchor stays where it was; to its top, when it is not in it any more. */
export function scrolledFor({ tops, index }: Layout, anchor: Anchor | null): number {
  const at = anchor === null ? undefined : index.get(anchor.key);
  return anchor === null || at === undefined ? 0 : (tops[at] ?? 0) + anchor.over;
}
