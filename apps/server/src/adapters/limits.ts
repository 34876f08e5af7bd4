import type { LimitedAction } from "@mdreader/api";

/** How many attempts there may be within how many seconds. */
export interface Limit {
  points: number;
  duration: number;
}

export type Limits = Record<LimitedAction, Limit>;

const minute = 60;
const hour = 60 * minute;

/** What counts as too much. What an attempt is counted by is said where it is made. */
export const defaultLimits: Limits = {
  "login.account": { points: 5, duration: minute },
  "login.address": { points: 20, duration: minute },
  register: { points: 1000, duration: 10 * minute },
  mail: { points: 10, duration: hour },
  "mail.network": { points: 50, duration: hour },
  "mail.address": { points: 30, duration: hour },
  invitation: { points: 100, duration: hour },
  password: { points: 10, duration: 10 * minute },
  mention: { points: 100, duration: 10 * minute },
  "share.protect": { points: 30, duration: 10 * minute },
  "share.password": { points: 5, duration: minute },
  "share.address": { points: 20, duration: minute },
  search: { points: 6000, duration: minute },
};
