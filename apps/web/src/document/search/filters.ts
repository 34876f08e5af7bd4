import type { RouterInputs } from "@mdreader/client";

/** The filters of a search, as they appear in the page's address. Days are in the reader's time zone. */
export interface SearchFilters {
  /** The folder to search, with its subfolders. */
  folder?: string | undefined;
  /** The user who created a document or was the last to edit it. */
  author?: string | undefined;
  /** The first day of the last change, such as `2026-11-30`. */
  since?: string | undefined;
  /** The last day of the last change. */
  until?: string | undefined;
  sort?: "newest" | undefined;
}

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** Reads filters from the page's address. Invalid ones are ignored. */
export function parseFilters({ folder, author, since, until, sort }: Record<string, unknown>): SearchFilters {
  return {
    ...(isFilled(folder) && { folder }),
    ...(isFilled(author) && { author }),
    ...(isDay(since) && { since }),
    ...(isDay(until) && { until }),
    ...(sort === "newest" && { sort }),
  };
}

const isFilled = (value: unknown): value is string => typeof value === "string" && value !== "";

const isDay = (value: unknown): value is string =>
  isFilled(value) && dayPattern.test(value) && !Number.isNaN(startOfDay(value).getTime());

/** The input of a search with filters. */
export function toSearchInput(
  workspaceId: string,
  query: string,
  { folder, author, since, until, sort }: SearchFilters,
): RouterInputs["document"]["search"] {
  return {
    workspaceId,
    query,
    ...(folder !== undefined && { folderId: folder }),
    ...(author !== undefined && { authorId: author }),
    ...(since !== undefined && { changedSince: startOfDay(since).toISOString() }),
    ...(until !== undefined && { changedBefore: startOfDay(until, 1).toISOString() }),
    ...(sort !== undefined && { sort }),
  };
}

/** The start of a day, or of one that many days later. */
function startOfDay(day: string, later = 0): Date {
  const start = new Date(`${day}T00:00:00`);
  start.setDate(start.getDate() + later);
  return start;
}

/** The day that was a number of days ago, such as `2026-11-30`. */
export function toDay(now: Date, daysAgo: number): string {
  const day = new Date(now);
  day.setDate(day.getDate() - daysAgo);
  const pad = (number: number) => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
}

const medium = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** Describes a period: `Since Nov 3, 2026`. */
export function formatPeriod({ since, until }: Pick<SearchFilters, "since" | "until">): string {
  const from = since === undefined ? null : startOfDay(since);
  const to = until === undefined ? null : startOfDay(until);
  if (from !== null && to !== null) return medium.formatRange(from, to);
  if (from !== null) return `Since ${medium.format(from)}`;
  return to === null ? "Any time" : `Until ${medium.format(to)}`;
}
