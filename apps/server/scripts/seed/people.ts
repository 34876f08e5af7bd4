import { AppError, createCaller, type ProcedureCaller, type Services } from "@mdreader/api";
import { TRPCError } from "@trpc/server";

export const demoPassword = "mdreader demo";

const name = "seed";

/** Registers a demo user, or signs them in if they exist. */
export async function createPerson(
  services: Services,
  email: string,
  username: string,
): Promise<ProcedureCaller> {
  const nobody = await createCaller(services, { token: null, name });
  const { accessToken } = await nobody.auth
    .register({ email, username, password: demoPassword })
    .catch((error: unknown) => {
      if (!isTaken(error)) throw error;
      return nobody.auth.login({ email, password: demoPassword });
    });
  return createCaller(services, { token: accessToken, name });
}

const isTaken = (error: unknown) =>
  error instanceof TRPCError && error.cause instanceof AppError && error.cause.reason === "EMAIL_TAKEN";
