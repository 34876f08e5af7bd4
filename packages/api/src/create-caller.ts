import { authenticate } from "./auth/authenticate.ts";
import type { Services } from "./context.ts";
import { appRouter, type ProcedureCaller } from "./root.ts";
import { createCallerFactory } from "./trpc/init.ts";

const callerFactory = createCallerFactory(appRouter);

export interface CallerOptions {
  /** The access token of a user, or the API key of a service. Null for calls without sign-in. */
  token: string | null;
  /** The name of the tool, which sessions and the audit log show as its user agent. */
  name: string;
  /** Ends the streams of the caller. */
  signal?: AbortSignal;
}

/**
 * Creates a caller of the procedures for tools that run beside the server. Its calls are like requests: the same validation and
 * authorization, in the same statements, and the same events. A caller loses its access with its session, key or role.
 */
export async function createCaller(
  services: Services,
  { token, name, signal }: CallerOptions,
): Promise<ProcedureCaller> {
  const credential = await authenticate(services, token);
  const request = { id: name, ipAddress: "127.0.0.1", userAgent: name, refreshCookie: null };
  return callerFactory({ ...services, credential, request }, { signal });
}
