import type { Ports } from "../../ports.ts";

/** The columns that every change of a password sets, besides the hash. */
export const createPasswordChangeColumns = ({ clock }: Pick<Ports, "clock">) => ({
  passwordChangedAt: clock.now().toISOString(),
  passwordChangeRequired: false,
});
