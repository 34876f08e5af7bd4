import { TOTP } from "otpauth";

import type { TestUser } from "./accounts.ts";
import { validPassword } from "./accounts.ts";
import type { TestApp } from "./app.ts";

/** The current code of an authenticator app with this secret. */
export const generateTotp = ({ services }: TestApp, secret: string): string =>
  new TOTP({ secret }).generate({ timestamp: services.clock.now().getTime() });

/** Turns the second factor of an account on. */
export async function enableSecondFactor(
  app: TestApp,
  { client }: Pick<TestUser, "client">,
): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret, token } = await client.auth.secondFactor.start({ password: validPassword });
  const code = generateTotp(app, secret);
  const { recoveryCodes } = await client.auth.secondFactor.confirm({ token, code });
  return { secret, recoveryCodes };
}
