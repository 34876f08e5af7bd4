import {
  defaultInstanceSettings,
  instanceSettings as schema,
  type InstanceSettings,
} from "@mdreader/contract";
import { type Executor, instanceSettings } from "@mdreader/db";

import type { DomainSettings } from "../../../ports.ts";

interface SettingsSource {
  settings: Pick<DomainSettings, "fixedInstanceSettings">;
}

/** Returns the settings in force: the environment's, else those that a superuser has changed, else the defaults. */
export async function readInstanceSettings(
  db: Executor,
  { settings }: SettingsSource,
): Promise<InstanceSettings> {
  const [row] = await db.select({ changed: instanceSettings.changed }).from(instanceSettings);
  return { ...defaultInstanceSettings, ...parseChanged(row?.changed), ...settings.fixedInstanceSettings };
}

/** Omits settings that only another version of the server understands. */
function parseChanged(changed: Record<string, unknown> = {}): Partial<InstanceSettings> {
  const partialSchema = schema.partial();
  const parsed = partialSchema.safeParse(changed);
  if (parsed.success) return parsed.data;
  const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]));
  return partialSchema.parse(
    Object.fromEntries(Object.entries(changed).filter(([name]) => !wrong.has(name))),
  );
}
