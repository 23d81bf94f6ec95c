// A long list: which rows are drawn, and what the eye rests on stays where it is.
import { describe, expect, test } from "vitest";
import { anchored, drawn, rowAt, scrolledFor, stacked, total } from "../src/lib/long-list";

const key = (row: number) => row;
const rows = (count: number) => Array.from({ length: count }, (_, at) => count - at);
const even = (all: readonly number[]) => stacked(all, key, () => 42);

describe("rows under each other", () => {
  test("each row is found from its upper edge to the next one's", () => {
    const heights = [10, 60, 42, 1];
    const layout = stacked([4, 3, 2, 1], key, (_, at) => heights[at] ?? 0);
    expect(layout.tops).toEqual([0, 10, 70, 112, 113]);
    expect(total(layout)).toBe(113);
    for (const [y, at] of [[-5, 0], [0, 0], [9.9, 0], [10, 1], [69, 1], [70, 2], [112, 3], [9999, 3]] as const) {
      expect(rowAt(layout, y), String(y)).toBe(at);
    }
    expect(rowAt(even([]), 0)).toBe(-1);
    expect(drawn(even([]), 0, 100, [1])).toEqual([]);
  });

  test("what is in sight is drawn, and what must be, in order and once", () => {
    const layout = even(rows(2000));
    const middle = drawn(layout, 42_000, 42_100, []);
    expect(middle).toEqual([1000, 1001, 1002]);
    expect(drawn(layout, 42_000, 42_100, [2000, 1, 999, 7777])).toEqual([0, 1000, 1001, 1002, 1999]);
    for (let y = -500; y < 90_000; y += 777) {
      expect(drawn(layout, y, y + 1_600, []).length).toBeLessThanOrEqual(40);
    }
  });

  test("what the eye rests on stays, whatever comes above it or turns out higher", () => {
    const before = even(rows(100));
    const anchor = anchored(before, rows(100), key, 50 * 42 + 10);
    expect(anchor).toEqual({ key: 50, over: 10 });
    expect(scrolledFor(even(rows(103)), anchor)).toBe(53 * 42 + 10);
    const higher = stacked(rows(100), key, (row) => (row > 90 ? 60 : 42));
    expect(scrolledFor(higher, anchor)).toBe(50 * 42 + 10 + 10 * 18);
    // At the top nothing is held: what is new belongs there. In another list it begins at the top.
    expect(anchored(before, rows(100), key, 0)).toBeNull();
    expect(scrolledFor(even(rows(10)), anchor)).toBe(0);
  });
});
