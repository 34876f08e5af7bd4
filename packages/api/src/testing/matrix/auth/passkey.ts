import { createId } from "@mdreader/db";

import { createChallenge } from "../../../auth/passkey/challenges.ts";
import { createAccount, validPassword } from "../../accounts.ts";
import { createAppAuthenticator, insertPasskey, signChallenge } from "../../passkeys.ts";
import type { MatrixActor, MatrixFixture, Rows } from "../fixture.ts";

/** The account and session of the actor. */
const findCaller = ({ people }: MatrixFixture, who: MatrixActor) =>
  who === "nobody" ? null : people[who].credential;

async function createOwn(fixture: MatrixFixture, who: MatrixActor): Promise<{ id: string }> {
  const caller = findCaller(fixture, who);
  return { id: caller === null ? createId() : (await insertPasskey(fixture.app, caller.userId)).id };
}

export const passkeyRows: Rows = {
  "auth.passkey.list": () => ({}),
  "auth.passkey.startCreation": () => undefined,
  "auth.passkey.create": async (fixture, who) => {
    const { app } = fixture;
    const caller = findCaller(fixture, who);
    const challenge =
      caller === null
        ? "A".repeat(43)
        : await createChallenge(app.services, { purpose: "creation", ...pickIds(caller) });
    const credential = createAppAuthenticator(app).create({
      challenge,
      rp: { id: new URL(app.services.settings.appUrl).hostname, name: "MDReader" },
      user: { id: "AAAA", name: "", displayName: "" },
    });
    return { name: "Laptop", credential };
  },
  "auth.passkey.update": async (fixture, who) => ({ ...(await createOwn(fixture, who)), name: "Phone" }),
  "auth.passkey.remove": async (fixture, who) => {
    const caller = findCaller(fixture, who);
    if (caller === null) return { id: createId() };
    const { authenticator } = await insertPasskey(fixture.app, caller.userId);
    const passkey = await signChallenge(fixture.app, authenticator, {
      purpose: "confirmation",
      ...pickIds(caller),
    });
    return { ...(await createOwn(fixture, who)), passkey };
  },
  "auth.passkey.startLogin": () => undefined,
  "auth.passkey.login": async ({ app, people }) => {
    const { authenticator } = await insertPasskey(app, people.owner.id);
    const binding = { purpose: "login", userId: null, sessionId: null } as const;
    return { passkey: await signChallenge(app, authenticator, binding) };
  },
  "auth.passkey.startSecondFactor": async ({ app }) => {
    const { user } = await createAccount(app);
    await insertPasskey(app, user.id);
    return { email: user.email, password: validPassword };
  },
  "auth.passkey.startConfirmation": async (fixture, who) => {
    await createOwn(fixture, who);
  },
};

const pickIds = ({ userId, sessionId }: { userId: string; sessionId: string }) => ({ userId, sessionId });
