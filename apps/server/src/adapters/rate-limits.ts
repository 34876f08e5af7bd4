import type { LimitedAction } from "@mdreader/api";

/** Maximum number of attempts within a number of seconds. */
export interface Limit {
  points: number;
  durationSeconds: number;
}

export type Limits = Record<LimitedAction, Limit>;

const minuteSeconds = 60;
const hourSeconds = 60 * minuteSeconds;

/** The limits per action. The caller of the limiter chooses the key that attempts are counted by. */
export const defaultLimits: Limits = {
  "login.account": { points: 5, durationSeconds: minuteSeconds },
  "login.address": { points: 20, durationSeconds: minuteSeconds },
  // Many people of one company may sign in at once, and each does so in two requests.
  "login.provider": { points: 600, durationSeconds: minuteSeconds },
  "device.start": { points: 60, durationSeconds: 10 * minuteSeconds },
  "device.poll": { points: 600, durationSeconds: minuteSeconds },
  "device.code": { points: 20, durationSeconds: 10 * minuteSeconds },
  "device.network": { points: 100, durationSeconds: 10 * minuteSeconds },
  register: { points: 1000, durationSeconds: 10 * minuteSeconds },
  mail: { points: 10, durationSeconds: hourSeconds },
  "mail.network": { points: 50, durationSeconds: hourSeconds },
  "mail.address": { points: 30, durationSeconds: hourSeconds },
  invitation: { points: 100, durationSeconds: hourSeconds },
  // Signatures can't be guessed. Many people of one company may sign in at once, and each does so in two requests.
  passkey: { points: 200, durationSeconds: minuteSeconds },
  // A code of six digits is valid for a minute and a half.
  secondFactor: { points: 10, durationSeconds: 10 * minuteSeconds },
  // Guessing all day, for a year, would find one of them otherwise. A right code resets the count.
  "secondFactor.daily": { points: 60, durationSeconds: 24 * hourSeconds },
  password: { points: 10, durationSeconds: 10 * minuteSeconds },
  accountExport: { points: 10, durationSeconds: hourSeconds },
  mention: { points: 100, durationSeconds: 10 * minuteSeconds },
  "share.protect": { points: 30, durationSeconds: 10 * minuteSeconds },
  "share.password": { points: 5, durationSeconds: minuteSeconds },
  "share.address": { points: 20, durationSeconds: minuteSeconds },
  browserError: { points: 30, durationSeconds: 10 * minuteSeconds },
  "browserError.total": { points: 1000, durationSeconds: 10 * minuteSeconds },
  search: { points: 6000, durationSeconds: minuteSeconds },
};
