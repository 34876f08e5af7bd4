// Without a locale and a time zone, the reader's are used.
const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** The date as plain text. @param at - A time in ISO 8601, or in milliseconds. */
export const formatDate = (at: string | number): string => date.format(new Date(at));
