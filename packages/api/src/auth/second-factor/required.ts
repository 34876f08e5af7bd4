import { type Executor, secondFactors } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Ports } from "../../ports.ts";
import { readInstanceSettings } from "../admin/settings/instance-settings.ts";

/** Whether the account has a second factor. */
export async function hasSecondFactor(db: Executor, userId: string): Promise<boolean> {
  const found = await db
    .select({ userId: secondFactors.userId })
    .from(secondFactors)
    .where(eq(secondFactors.userId, userId));
  return found.length > 0;
}

/** Whether the instance requires a second factor that the account doesn't have. */
export async function lacksSecondFactor(
  db: Executor,
  services: Pick<Ports, "settings">,
  userId: string,
): Promise<boolean> {
  const { secondFactorRequired } = await readInstanceSettings(db, services);
  return secondFactorRequired && !(await hasSecondFactor(db, userId));
}
