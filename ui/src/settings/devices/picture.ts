// A picture's file as text, as the app takes it.
import type { UiError } from "../../generated";

/** The app takes no larger picture. */
const PICTURE_MAX = 12_000_000;

/** The file as a `data:` address; throws a {@link UiError} where it is too large or cannot be read. */
export function asDataAddress(file: File): Promise<string> {
  const refuse = (field: string): UiError => ({ code: "invalid", field });
  return new Promise((done, failed) => {
    if (file.size > PICTURE_MAX) {
      failed(refuse("picture_size"));
      return;
    }
    const reader = new FileReader();
    reader.onload = () => (typeof reader.result === "string" ? done(reader.result) : failed(refuse("picture")));
    reader.onerror = () => failed(refuse("picture"));
    reader.readAsDataURL(file);
  });
}
