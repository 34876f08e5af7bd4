import { createId, secondFactors } from "@mdreader/db";

import { createSetupTokens } from "../../../auth/second-factor/setup-tokens.ts";
import { createTotpSecret, sealTotpSecret } from "../../../auth/second-factor/totp-secret.ts";
import { generateTotp } from "../../second-factors.ts";
import type { MatrixActor, MatrixFixture, Rows } from "../fixture.ts";

const idOf = ({ people }: MatrixFixture, who: MatrixActor) =>
  who === "nobody" ? createId() : people[who].id;

/** Turns the caller's second factor on. @returns What confirms a sensitive action. */
async function enable(world: MatrixFixture, who: MatrixActor) {
  const { services } = world.app;
  const userId = idOf(world, who);
  const secret = createTotpSecret();
  if (who !== "nobody") {
    const sealed = await sealTotpSecret(services, userId, secret);
    await services.database.db.insert(secondFactors).values({ userId, secret: sealed, lastUsedStep: 0 });
  }
  return { code: generateTotp(world.app, secret) };
}

export const secondFactorRows: Rows = {
  "auth.secondFactor.get": () => undefined,
  "auth.secondFactor.start": () => undefined,
  "auth.secondFactor.confirm": async (world, who) => {
    const secret = createTotpSecret();
    const sessionId = who === "nobody" ? createId() : world.people[who].credential.sessionId;
    const setup = { userId: idOf(world, who), sessionId, replaces: null, secret };
    const token = await createSetupTokens(world.app.services).seal(setup);
    return { token, code: generateTotp(world.app, secret) };
  },
  "auth.secondFactor.regenerate": enable,
  "auth.secondFactor.disable": enable,
};
