// What can be chosen of how a table is written, in the order of choice.
import type { DateOrder, Mark, Minus } from "../../../generated";

export const DATE_ORDERS: readonly DateOrder[] = ["year_month_day", "day_month_year", "month_day_year"];
export const MARKS: readonly Mark[] = ["point", "comma"];
export const MINUSES: readonly Minus[] = ["refund", "other", "nothing"];
