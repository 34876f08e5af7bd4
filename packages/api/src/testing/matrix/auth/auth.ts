import { createId, users } from "@mdreader/db";
import { inArray } from "drizzle-orm";

import { createAccount, validPassword } from "../../accounts.ts";
import type { MatrixFixture } from "../fixture.ts";
import type { Rows } from "../fixture.ts";

/** Procedures without sign-in create the resources that they act on. */
const publicRows: Rows = {
  "auth.instance": () => undefined,
  "auth.signInOptions": () => undefined,
  "auth.register": () => ({
    email: `${createId()}@example.test`,
    username: createId(),
    password: validPassword,
  }),
  "auth.login": async ({ app }) => {
    const { user } = await createAccount(app);
    return { email: user.email, password: validPassword };
  },
  "auth.refresh": async ({ app }) => ({ refreshToken: (await createAccount(app)).refreshToken }),
  "auth.logout": async ({ app }) => ({ refreshToken: (await createAccount(app)).refreshToken }),
  "auth.requestPasswordReset": () => ({ email: "nobody@example.test" }),
  "auth.resetPassword": async ({ app }) => {
    const { user } = await createAccount(app);
    await app.as().auth.requestPasswordReset({ email: user.email });
    return { token: mailedToken(app, "resetPassword"), newPassword: validPassword };
  },
  "auth.verifyEmail": async ({ app }) => {
    await createAccount(app);
    return { token: mailedToken(app, "verifyEmail") };
  },
};

/** Actions that everyone may perform on their own account. */
const accountRows: Rows = {
  "auth.me": () => undefined,
  "auth.updateProfile": () => ({ fullName: "A new name" }),
  "auth.changePassword": async (fixture) => {
    await givePasswords(fixture);
    return { currentPassword: validPassword, newPassword: `${validPassword}, the next` };
  },
  "auth.listHoldings": () => undefined,
  "auth.handOver": () => ({}),
  "auth.exportAccount": async (fixture) => {
    await givePasswords(fixture);
    return { password: validPassword };
  },
  "auth.deleteAccount": async (fixture, who) => {
    await givePasswords(fixture);
    // Everyone may, unless a workspace would be left without an owner.
    if (who === "owner")
      await fixture.app.services.database.db.delete(users).where(inArray(users.id, others(fixture)));
    return { password: validPassword };
  },
  "auth.requestEmailVerification": () => undefined,
};

export const authRows: Rows = { ...publicRows, ...accountRows };

/** The token of the newest email of a kind. */
function mailedToken({ services }: MatrixFixture["app"], wanted: "verifyEmail" | "resetPassword"): string {
  const mail = services.mailer.mails.findLast(({ kind }) => kind === wanted);
  if (mail === undefined || !("url" in mail)) throw new Error("no link was emailed");
  return new URL(mail.url).hash.replace("#token=", "");
}

/** The people of a fixture sign in with the sessions that they were created with. This adds passwords. */
async function givePasswords({ app, people }: MatrixFixture): Promise<void> {
  const passwordHash = await app.services.passwords.hash(validPassword, { owner: "the matrix" });
  const ids = Object.values(people).map(({ id }) => id);
  await app.services.database.db.update(users).set({ passwordHash }).where(inArray(users.id, ids));
}

const others = ({ people }: MatrixFixture) =>
  Object.values(people).flatMap(({ id }) => (id === people.owner.id ? [] : id));
