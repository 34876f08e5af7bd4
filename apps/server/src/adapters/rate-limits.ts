import type { LimitedAction } from "@mdreader/api";

/** Maximum number of attempts within a number of seconds. */
export interface Limit {
  points: number;
  durationSeconds: number;
}

export type Limits = Record<LimitedAction, Limit>;

const minute = 60;
const hour = 60 * minute;

/** The limits per action. The caller of the limiter chooses the key that attempts are counted by. */
export const defaultLimits: Limits = {
  "login.account": { points: 5, durationSeconds: minute },
  "login.address": { points: 20, durationSeconds: minute },
  // Many people of one company may sign in at once, and each does so in two requests.
  "login.provider": { points: 600, durationSeconds: minute },
  "device.start": { points: 60, durationSeconds: 10 * minute },
  "device.poll": { points: 600, durationSeconds: minute },
  "device.code": { points: 20, durationSeconds: 10 * minute },
  "device.network": { points: 100, durationSeconds: 10 * minute },
  register: { points: 1000, durationSeconds: 10 * minute },
  mail: { points: 10, durationSeconds: hour },
  "mail.network": { points: 50, durationSeconds: hour },
  "mail.address": { points: 30, durationSeconds: hour },
  invitation: { points: 100, durationSeconds: hour },
  // Signatures can't be guessed. Many people of one company may sign in at once, and each does so in two requests.
  passkey: { points: 200, durationSeconds: minute },
  // A code of six digits is valid for a minute and a half.
  secondFactor: { points: 10, durationSeconds: 10 * minute },
  // Guessing all day, for a year, would find one of them otherwise. A right code resets the count.
  "secondFactor.daily": { points: 60, durationSeconds: 24 * hour },
  password: { points: 10, durationSeconds: 10 * minute },
  accountExport: { points: 10, durationSeconds: hour },
  mention: { points: 100, durationSeconds: 10 * minute },
  "share.protect": { points: 30, durationSeconds: 10 * minute },
  "share.password": { points: 5, durationSeconds: minute },
  "share.address": { points: 20, durationSeconds: minute },
  browserError: { points: 30, durationSeconds: 10 * minute },
  "browserError.total": { points: 1000, durationSeconds: 10 * minute },
  search: { points: 6000, durationSeconds: minute },
};
