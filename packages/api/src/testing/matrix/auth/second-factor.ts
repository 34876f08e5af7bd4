import { createId, secondFactors } from "@mdreader/db";

import { createSetupTokens } from "../../../auth/second-factor/setup-tokens.ts";
import { createTotpSecret, sealTotpSecret } from "../../../auth/second-factor/totp-secret.ts";
import { generateTotp } from "../../second-factors.ts";
import type { MatrixActor, MatrixFixture, Rows } from "../fixture.ts";

const idOf = ({ people }: MatrixFixture, who: MatrixActor) =>
  who === "nobody" ? createId() : people[who].id;

/** Turns the caller's second factor on. @returns What confirms a sensitive action. */
async function enable(fixture: MatrixFixture, who: MatrixActor) {
  const { services } = fixture.app;
  const userId = idOf(fixture, who);
  const secret = createTotpSecret();
  if (who !== "nobody") {
    const sealed = await sealTotpSecret(services, userId, secret);
    await services.database.db.insert(secondFactors).values({ userId, secret: sealed, lastUsedStep: 0 });
  }
  return { code: generateTotp(fixture.app, secret) };
}

export const secondFactorRows: Rows = {
  "auth.secondFactor.get": () => undefined,
  "auth.secondFactor.start": () => undefined,
  "auth.secondFactor.confirm": async (fixture, who) => {
    const secret = createTotpSecret();
    const sessionId = who === "nobody" ? createId() : fixture.people[who].credential.sessionId;
    const setup = { userId: idOf(fixture, who), sessionId, replaces: null, secret };
    const token = await createSetupTokens(fixture.app.services).seal(setup);
    return { token, code: generateTotp(fixture.app, secret) };
  },
  "auth.secondFactor.regenerate": enable,
  "auth.secondFactor.disable": enable,
};
