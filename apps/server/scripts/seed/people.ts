import {
  appRouter,
  AppError,
  authenticate,
  createCallerFactory,
  type Credential,
  type Services,
} from "@mdreader/api";
import { TRPCError } from "@trpc/server";

const callerFactory = createCallerFactory(appRouter);

/** The procedures, called as a user. */
export type Caller = ReturnType<typeof callerFactory>;

export const demoPassword = "mdreader demo";

const createCallerAs = (services: Services, credential: Credential): Caller =>
  callerFactory({
    ...services,
    credential,
    request: { id: "seed", ipAddress: "127.0.0.1", userAgent: "seed", refreshCookie: null },
  });

/** Registers a demo user, or signs them in if they exist. */
export async function createPerson(services: Services, email: string, username: string): Promise<Caller> {
  const nobody = createCallerAs(services, { kind: "none" });
  const { accessToken } = await nobody.auth
    .register({ email, username, password: demoPassword })
    .catch((error: unknown) => {
      if (!isTaken(error)) throw error;
      return nobody.auth.login({ email, password: demoPassword });
    });
  return createCallerAs(services, await authenticate(services, accessToken));
}

const isTaken = (error: unknown) =>
  error instanceof TRPCError && error.cause instanceof AppError && error.cause.reason === "EMAIL_TAKEN";
