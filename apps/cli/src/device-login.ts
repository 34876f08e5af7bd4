import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

import { type Client, isReason, isUnreachable, type RouterOutputs } from "@mdreader/client";

type SignedIn = RouterOutputs["auth"]["device"]["login"];
export type DeviceAuthorization = RouterOutputs["auth"]["device"]["start"];

/** The addition to the interval each time the server asks for it, in seconds. */
const slowDownSeconds = 5;

/** Starts a sign-in that the person approves in a browser. @param program What asks; the person sees it. */
export const startDeviceLogin = (account: Client, program: string): Promise<DeviceAuthorization> =>
  account.auth.device.start.mutate({ clientName: `${program} on ${describeHost()}` });

/** The name of this machine, without characters that the server may refuse in a name. */
const describeHost = () =>
  hostname()
    .replace(/[^\w.-]/g, "")
    .slice(0, 60) || "an unnamed machine";

/**
 * Waits for the approval, and signs the client in. Lost connections and a restarting server are waited out.
 * @throws TRPCClientError with the reason DEVICE_DENIED or DEVICE_CODE_INVALID.
 */
export async function waitForApproval(
  account: Client,
  { deviceCode, interval, expiresIn }: DeviceAuthorization,
  signal?: AbortSignal,
): Promise<SignedIn> {
  const deadline = Date.now() + expiresIn * 1000;
  let seconds = interval;
  for (;;) {
    await sleep(seconds * 1000, undefined, { signal });
    try {
      return await account.auth.device.login.mutate({ deviceCode });
    } catch (error) {
      if (isReason(error, "DEVICE_POLLED_TOO_OFTEN", "RATE_LIMITED")) seconds += slowDownSeconds;
      else if (!isReason(error, "DEVICE_PENDING") && !(isUnreachable(error) && Date.now() < deadline))
        throw error;
    }
  }
}
