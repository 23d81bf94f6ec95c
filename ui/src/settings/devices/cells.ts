// Rows of a display or of paper, letter by letter: which fill two cells, and which segments a digit lights.
import type { CodePage } from "../../generated";

/** One letter in its cell. */
export interface Cell {
  letter: string;
  wide: boolean;
}

/** One digit of a display that has only digits, with the point beside it. */
export interface Digit {
  segments: string;
  point: boolean;
}

const TWO_BYTES: ReadonlySet<CodePage> = new Set<CodePage>(["gb18030", "big5", "shift-jis", "euc-kr"]);
/** Katakana of half width, which fill one cell. */
const HALF = /[\uff61-\uff9f]/;

/** A row's letters: on a page of two bytes whatever is not ASCII fills two cells, else each fills one. */
export function cellsOf(row: string, page: CodePage): Cell[] {
  const wide = TWO_BYTES.has(page);
  return [...row].map((letter) => ({ letter, wide: wide && letter > "\x7f" && letter !== "\ufffd" && !HALF.test(letter) }));
}

const SEGMENTS: Readonly<Record<string, string>> = {
  "0": "abcdef",
  "1": "bc",
  "2": "abdeg",
  "3": "abcdg",
  "4": "bcfg",
  "5": "acdfg",
  "6": "acdefg",
  "7": "abc",
  "8": "abcdefg",
  "9": "abcdfg",
  "-": "g",
};

/** A row of digits: a point shares the cell of the digit before it. */
export function digitsOf(row: string): Digit[] {
  const digits: Digit[] = [];
  for (const letter of row) {
    const last = digits.at(-1);
    if (letter === "." && last && !last.point) last.point = true;
    else digits.push({ segments: SEGMENTS[letter] ?? "", point: letter === "." });
  }
  return digits;
}

/**
 * Text on paper in runs: what is drawn as it is, and letters of two columns that need a cell of their own. `columns`: so
 * many it takes in all; where two-byte letters are the printer's, all of them fill two, whatever they are elsewhere.
 */
export function runsOf(text: string, columns: number): { text: string; wide: boolean }[] {
  const letters = [...text];
  const foreign = letters.filter((letter) => letter > "\x7f").length;
  const allWide = letters.length + foreign === columns;
  const runs: { text: string; wide: boolean }[] = [];
  for (const letter of letters) {
    const wide = allWide ? letter > "\x7f" : WIDE.test(letter);
    const last = runs.at(-1);
    if (last && !wide && !last.wide) last.text += letter;
    else runs.push({ text: letter, wide });
  }
  return runs;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
