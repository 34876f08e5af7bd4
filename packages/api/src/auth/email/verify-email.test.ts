import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import {
  createAccount,
  createTestApp,
  catchReason,
  countOutcomes,
  type TestApp,
} from "../../testing/index.ts";
import { test as it } from "../../testing/test.ts";

const mailsTo = ({ services }: TestApp, email: string) =>
  services.mailer.mails.filter(({ to }) => to === email);

/** Returns the token of the newest verification link sent to an address. */
function newestToken(of: TestApp, email: string): string {
  const mail = mailsTo(of, email).at(-1);
  if (mail?.kind !== "verifyEmail") throw new Error("no link was mailed");
  return new URL(mail.url).hash.replace("#token=", "");
}

describe("verifying an email address", () => {
  it("accepts the link from the registration once, on any device", async ({ app }) => {
    const { user, client } = await createAccount(app);
    const token = newestToken(app, user.email);
    expect(await app.as().auth.verifyEmail({ token })).toEqual({ ok: true });
    expect((await client.auth.me()).emailVerified).toBe(true);
    expect(await catchReason(app.as().auth.verifyEmail({ token }))).toBe("EMAIL_TOKEN_INVALID");
  });

  it("accepts only the newest link", async ({ app }) => {
    const { user, client } = await createAccount(app);
    const older = newestToken(app, user.email);
    await client.auth.requestEmailVerification();
    expect(await catchReason(app.as().auth.verifyEmail({ token: older }))).toBe("EMAIL_TOKEN_INVALID");
    expect(await catchReason(app.as().auth.verifyEmail({ token: newestToken(app, user.email) }))).toBeNull();
  });

  it("accepts one of two concurrent requests", async ({ app }) => {
    const { user } = await createAccount(app);
    const token = newestToken(app, user.email);
    const tries = [app.as().auth.verifyEmail({ token }), app.as().auth.verifyEmail({ token })];
    expect(await countOutcomes(tries)).toEqual({ ok: 1, EMAIL_TOKEN_INVALID: 1 });
  });

  it("rejects links after three days", async () => {
    await using later = await createTestApp();
    const { user } = await createAccount(later);
    later.services.clock.advance(3 * 86_400 + 1);
    expect(await catchReason(later.as().auth.verifyEmail({ token: newestToken(later, user.email) }))).toBe(
      "EMAIL_TOKEN_INVALID",
    );
  });

  it("verifies only the address that the link was sent to", async ({ app }) => {
    const { user, client } = await createAccount(app);
    const token = newestToken(app, user.email);
    const { db } = app.services.database;
    await db
      .update(users)
      .set({ email: `new-${user.email}` })
      .where(eq(users.id, user.id));
    expect(await catchReason(app.as().auth.verifyEmail({ token }))).toBe("EMAIL_TOKEN_INVALID");
    expect((await client.auth.me()).emailVerified).toBe(false);
  });

  it("sends no link when the address is already verified", async ({ app }) => {
    const { user, client } = await createAccount(app);
    await app.as().auth.verifyEmail({ token: newestToken(app, user.email) });
    const before = mailsTo(app, user.email).length;
    expect(await client.auth.requestEmailVerification()).toEqual({ ok: true });
    expect(mailsTo(app, user.email)).toHaveLength(before);
  });

  it("limits the number of emails", async ({ app, limitAttempts }) => {
    const { client } = await createAccount(app);
    limitAttempts({ mail: 2 });
    const asks = Array.from({ length: 4 }, () => client.auth.requestEmailVerification());
    expect(await countOutcomes(asks)).toEqual({ ok: 2, RATE_LIMITED: 2 });
  });
});
