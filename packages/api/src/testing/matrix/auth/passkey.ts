import { createId } from "@mdreader/db";

import { createChallenge } from "../../../auth/passkey/challenges.ts";
import { createAccount, validPassword } from "../../accounts.ts";
import { createAppAuthenticator, insertPasskey, signChallenge } from "../../passkeys.ts";
import type { MatrixActor, MatrixFixture, Rows } from "../fixture.ts";

/** The account and session of the actor. */
const findCaller = ({ people }: MatrixFixture, who: MatrixActor) =>
  who === "nobody" ? null : people[who].credential;

async function createOwn(world: MatrixFixture, who: MatrixActor): Promise<{ id: string }> {
  const caller = findCaller(world, who);
  return { id: caller === null ? createId() : (await insertPasskey(world.app, caller.userId)).id };
}

export const passkeyRows: Rows = {
  "auth.passkey.list": () => ({}),
  "auth.passkey.startCreation": () => undefined,
  "auth.passkey.create": async (world, who) => {
    const { app } = world;
    const caller = findCaller(world, who);
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
  "auth.passkey.update": async (world, who) => ({ ...(await createOwn(world, who)), name: "Phone" }),
  "auth.passkey.remove": async (world, who) => {
    const caller = findCaller(world, who);
    if (caller === null) return { id: createId() };
    const { authenticator } = await insertPasskey(world.app, caller.userId);
    const passkey = await signChallenge(world.app, authenticator, {
      purpose: "confirmation",
      ...pickIds(caller),
    });
    return { ...(await createOwn(world, who)), passkey };
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
  "auth.passkey.startConfirmation": async (world, who) => {
    await createOwn(world, who);
  },
};

const pickIds = ({ userId, sessionId }: { userId: string; sessionId: string }) => ({ userId, sessionId });
