import type { Ports } from "../ports.ts";

/** Returns the time in a number of days, in ISO 8601. */
export const addDaysToNow = ({ clock }: Pick<Ports, "clock">, days: number): string =>
  new Date(clock.now().getTime() + days * 86_400_000).toISOString();
