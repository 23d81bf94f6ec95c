// A picture from a file as greys, small enough for the head of a receipt.
import type { Logo } from "../../generated";

/** A logo is at most so many dots wide and high. */
const WIDTH_MAX = 384;
const HEIGHT_MAX = 192;
/** No picture file is larger; a photo of a camera is. */
const FILE_MAX = 20_000_000;

/** The size that a picture of this size is drawn at: as it is, or as large as there is room. */
export function fit(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, WIDTH_MAX / width, HEIGHT_MAX / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Greys of coloured dots: clear ones are white, as paper is. */
export function greys(dots: Uint8ClampedArray): Uint8Array {
  const shades = new Uint8Array(dots.length / 4);
  for (let at = 0; at < shades.length; at += 1) {
    const [r = 0, g = 0, b = 0, a = 0] = dots.subarray(at * 4, at * 4 + 4);
    const light = (r * 299 + g * 587 + b * 114) / 1000;
    shades[at] = Math.round(255 - ((255 - light) * a) / 255);
  }
  return shades;
}

/** A file as a logo; `null` for what is no picture. */
export async function readLogo(file: File): Promise<Logo | null> {
  if (file.size > FILE_MAX) return null;
  try {
    const picture = await createImageBitmap(file);
    const { width, height } = fit(picture.width, picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    if (!context) return null;
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, width, height);
    picture.close();
    const shades = greys(context.getImageData(0, 0, width, height).data);
    let text = "";
    for (const shade of shades) text += String.fromCharCode(shade);
    return { width, height, shades: btoa(text) };
  } catch {
    return null;
  }
}
