// The bars of a CODE128 text, as a receipt printer draws them: pairs of digits two to a sign, the rest in set B.

/** Bars and gaps of every sign, in modules. */
const SIGNS =
  "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232";
const STOP = "2331112";
const START_B = 104;
const START_C = 105;
const TO_B = 100;
const TO_C = 99;

function numbers(text: string): number[] | null {
  const signs: number[] = [];
  let inPairs = false;
  for (let at = 0; at < text.length; ) {
    const digits = /^\d+/.exec(text.slice(at))?.[0].length ?? 0;
    const pairs: boolean = inPairs ? digits >= 2 : digits >= 4;
    if (signs.length === 0) signs.push(pairs ? START_C : START_B);
    else if (pairs !== inPairs) signs.push(pairs ? TO_C : TO_B);
    inPairs = pairs;
    const code = text.charCodeAt(at);
    if (pairs) {
      signs.push(Number(text.slice(at, at + 2)));
      at += 2;
    } else {
      if (code < 32 || code > 126) return null;
      signs.push(code - 32);
      at += 1;
    }
  }
  return signs;
}

/** Widths of bars and gaps by turns; `null` for what has no bars. */
export function bars(text: string): number[] | null {
  const signs = numbers(text);
  if (!signs || signs.length === 0) return null;
  const check = signs.reduce((sum, sign, at) => sum + sign * Math.max(1, at), 0) % 103;
  const widths = [...signs, check].map((sign) => SIGNS.slice(sign * 6, sign * 6 + 6)).join("") + STOP;
  return [...widths].map(Number);
}
