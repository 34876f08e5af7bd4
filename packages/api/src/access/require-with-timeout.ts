import type { Context } from "../context.ts";
import { withTimeout } from "../util/timeout.ts";

/** Requires access within the time limit of a call, for requests without a procedure. @throws AppError as the check. */
export const requireWithTimeout = <Granted>(
  { settings }: Pick<Context, "settings">,
  check: { require(): Promise<Granted> },
): Promise<Granted> => withTimeout(check.require(), settings.callTimeoutSeconds);
