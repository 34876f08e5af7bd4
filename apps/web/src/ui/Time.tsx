import { useSyncExternalStore } from "react";

import { formatDate } from "./format-date.ts";

/** Milliseconds. */
const minuteMs = 60_000;
const steps = [
  ["minute", minuteMs, 60],
  ["hour", 60 * minuteMs, 24],
  ["day", 24 * 60 * minuteMs, 7],
] as const;

// Without a locale and a time zone, the reader's are used.
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** A relative time in the reader's language, with the exact time in the tooltip. */
export function Time({ at }: { at: string }) {
  const now = useSyncExternalStore(subscribeMinutes, getCurrentMinute);
  return (
    <time dateTime={at} title={exact.format(new Date(at))}>
      {formatRelative(Date.parse(at), now)}
    </time>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const dateAndClock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A relative time with the time of day, for lists in which several are of one day. */
export function TimeOfDay({ at }: { at: string }) {
  const now = useSyncExternalStore(subscribeMinutes, getCurrentMinute);
  const exactDate = new Date(at);
  return (
    <time dateTime={at} title={exact.format(exactDate)}>
      {formatRelative(exactDate.getTime(), now)}, {clock.format(exactDate)}
    </time>
  );
}

/** A date with the time of day. */
export function ExactTime({ at }: { at: string }) {
  const exactDate = new Date(at);
  return (
    <time dateTime={at} title={exact.format(exactDate)}>
      {dateAndClock.format(exactDate)}
    </time>
  );
}

/** The relative time as plain text. It does not update. */
export const formatTimeAgo = (at: string): string => formatRelative(Date.parse(at), Date.now());

function formatRelative(at: number, now: number): string {
  // Clocks differ slightly: times just ahead count as now.
  const distance = at - now;
  if (Math.abs(distance) < minuteMs) return "just now";
  const step = steps.find(([, length, count]) => Math.abs(distance) < length * count);
  return step === undefined ? formatDate(at) : relative.format(Math.round(distance / step[1]), step[0]);
}

const getCurrentMinute = () => Math.ceil(Date.now() / minuteMs) * minuteMs;

function subscribeMinutes(listener: () => void): () => void {
  const timer = setInterval(listener, minuteMs / 2);
  return () => clearInterval(timer);
}
