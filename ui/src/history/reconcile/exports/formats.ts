// Which kinds of files there are to choose from.
import type { Format } from "../../../generated";

export const FORMATS: readonly Format[] = ["xlsx", "csv"];
