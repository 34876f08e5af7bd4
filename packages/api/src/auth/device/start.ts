import type { DeviceAuthorization } from "@mdreader/contract";
import { deviceAuthorizations } from "@mdreader/db";

import type { Context } from "../../context.ts";
import { clientNetworkKey } from "../rate-limit-keys.ts";
import { createSecret, hashSecret } from "../secrets.ts";
import { describeClient } from "../session/lifecycle.ts";
import { createUserCode, formatUserCode, hashUserCode } from "./user-code.ts";

/** The time in which a person must approve, in seconds. */
const lifetimeSeconds = 600;
/** The interval between two polls of a device, in seconds. */
const intervalSeconds = 5;

/**
 * Starts the sign-in of a device that can't show a sign-in page, such as a command line: the person approves it in a browser,
 * with any method of signing in. Works on servers that accept no passwords.
 * @throws AppError RATE_LIMITED.
 */
export async function startDevice(
  ctx: Context,
  { clientName }: { clientName: string },
): Promise<DeviceAuthorization> {
  await ctx.limiter.consume("device.start", clientNetworkKey(ctx));
  const deviceCode = createSecret();
  const code = createUserCode();
  await ctx.database.db.insert(deviceAuthorizations).values({
    deviceCodeHash: hashSecret(deviceCode),
    userCodeHash: hashUserCode(ctx, code).stored,
    clientName,
    ...describeClient(ctx),
    intervalSeconds,
    expiresAt: new Date(ctx.clock.now().getTime() + lifetimeSeconds * 1000).toISOString(),
  });
  const userCode = formatUserCode(code);
  const verificationUri = `${ctx.settings.appUrl}/device`;
  return {
    deviceCode,
    userCode,
    verificationUri,
    verificationUriComplete: `${verificationUri}?code=${userCode}`,
    expiresIn: lifetimeSeconds,
    interval: intervalSeconds,
  };
}
