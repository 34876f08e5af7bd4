import { Failure } from "./failure.ts";

const day = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Parses an option that is a day, such as `2026-11-30`, or a time. A day is one of the local time zone.
 * @param edge The moment of a day: its start, or the start of the next day.
 * @throws Failure
 */
export function parseTime(given: string, what: string, edge: "start" | "end"): string {
  const isDay = day.test(given);
  const time = new Date(isDay ? `${given}T00:00:00` : given);
  if (Number.isNaN(time.getTime()) || (isDay && time.getDate() !== Number(given.slice(-2))))
    throw new Failure("USAGE", `${what} must be a date such as 2026-11-30, or a time.`);
  if (isDay && edge === "end") time.setDate(time.getDate() + 1);
  return time.toISOString();
}
