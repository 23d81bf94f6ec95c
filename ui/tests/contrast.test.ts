// Every pair of colours that text stands in reaches AA, in light and in dark.
import { describe, expect, test } from "vitest";
import tokens from "../src/styles/tokens.css?raw";

type Palette = Record<string, string>;

function palette(block: string): Palette {
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour]));
}

const light = palette(/^:root \{[\s\S]*?^\}/m.exec(tokens)?.[0] ?? "");
const chosen = palette(/^:root\[data-theme="dark"\] \{[\s\S]*?^\}/m.exec(tokens)?.[0] ?? "");
const system = palette(/^@media \(prefers-color-scheme: dark\) \{[\s\S]*?^\}/m.exec(tokens)?.[0] ?? "");

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return ((x ?? 0) + 0.05) / ((y ?? 0) + 0.05);
}

const TEXT: [ink: string, ground: string][] = [
  ...["paper", "surface", "sunken"].flatMap((ground) => ["ink-1", "ink-2", "stop", "money", "focus"].map((ink): [string, string] => [ink, ground])),
  ["warn-text", "paper"],
  ["warn-text", "surface"],
  ["warn-text", "warn-soft"],
  ["stop", "stop-soft"],
  ["money", "money-soft"],
  ["ink-1", "stop-soft"],
  ["ink-1", "money-soft"],
  ["on-money", "money"],
];

describe("contrast", () => {
  test("dark is the same whether the system or the owner chose it", () => {
    expect(system).toEqual(chosen);
    expect(Object.keys(light)).toEqual(expect.arrayContaining(["paper", "ink-1", "focus", "on-money"]));
  });

  for (const [name, colours] of [["light", light], ["dark", { ...light, ...chosen }]] as const) {
    test.each(TEXT)(`${name}: %s on %s`, (ink, ground) => {
      expect(contrast(colours[ink] ?? "", colours[ground] ?? "")).toBeGreaterThanOrEqual(4.5);
    });
  }
});
