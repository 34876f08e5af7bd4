import { hkdfSync } from "node:crypto";

import { createId } from "@mdreader/db";
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";

import type { Credential } from "../../access/identity.ts";
import { createTokenIssuer } from "./tokens.ts";

const settings = { jwtSecret: "a secret of more than thirty-two bytes", accessTokenTtlSeconds: 3600 };
const claims = { sessionId: createId(), userId: createId() };
const invalid: Credential = { kind: "rejected", reason: "TOKEN_INVALID" };

function createIssuer(jwtSecret = settings.jwtSecret) {
  let now = Date.parse("2026-11-23T12:00:00Z");
  const clock = { now: () => new Date(now) };
  const advance = (seconds: number) => (now += seconds * 1000);
  return { advance, ...createTokenIssuer({ ...settings, jwtSecret }, clock) };
}

/** Changes the payload of a token and keeps its signature. */
function edited(token: string, change: object): string {
  const [header, , signature] = token.split(".");
  const payload = Buffer.from(JSON.stringify({ ...decodeJwt(token), ...change })).toString("base64url");
  return [header, payload, signature].join("..");
}

describe("an access token", () => {
  it("contains the session and the user until it expires", async () => {
    const issuer = createIssuer();
    const { token, expiresAt } = await issuer.issueAccess(claims);
    expect(expiresAt).toBe("2026-11-23T13:00:00.000Z");
    expect(await issuer.verifyAccess(token)).toMatchObject({ kind: "session", ...claims });
    issuer.advance(3599);
    expect(await issuer.verifyAccess(token)).toMatchObject({ kind: "session", ...claims });
  });

  it("expires, even when it was verified before", async () => {
    const issuer = createIssuer();
    const { token } = await issuer.issueAccess(claims);
    await issuer.verifyAccess(token);
    issuer.advance(3600);
    expect(await issuer.verifyAccess(token)).toEqual({ kind: "rejected", reason: "TOKEN_EXPIRED" });
  });

  it("is rejected when it is signed with another key", async () => {
    const { token } = await createIssuer("another secret of thirty-two bytes or more").issueAccess(claims);
    expect(await createIssuer().verifyAccess(token)).toEqual(invalid);
  });

  it("stays valid while its secret is being replaced, and not afterwards", async () => {
    const { token } = await createIssuer().issueAccess(claims);
    const jwtSecret = "the next secret of thirty-two bytes or more";
    const clock = { now: () => new Date("2026-11-23T12:00:00Z") };
    const replacing = { accessTokenTtlSeconds: 3600, jwtSecret, previousJwtSecret: settings.jwtSecret };
    const issuer = createTokenIssuer(replacing, clock);
    expect(await issuer.verifyAccess(token)).toMatchObject({ kind: "session", ...claims });
    expect(
      await createTokenIssuer({ accessTokenTtlSeconds: 3600, jwtSecret }, clock).verifyAccess(token),
    ).toEqual(invalid);
    const { token: renewed } = await issuer.issueAccess(claims);
    expect(await createIssuer(jwtSecret).verifyAccess(renewed)).toMatchObject(claims);
  });

  it("is rejected when it is unsigned (alg: none)", async () => {
    const issuer = createIssuer();
    const { token } = await issuer.issueAccess(claims);
    const unsecured = new UnsecuredJWT(decodeJwt(token)).encode();
    const [, payload] = token.split(".");
    const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url");
    expect(await issuer.verifyAccess(unsecured)).toEqual(invalid);
    expect(await issuer.verifyAccess(`${header}.${payload}.`)).toEqual(invalid);
  });

  it.each([
    { sub: "01a20707-d475-706d-a1b5-ba971d125e44" },
    { sid: "01a20707-d47d-778f-ab21-71cd4a9ac307" },
    { exp: 4_000_000_000 },
    { aud: "mdreader:refresh" },
  ])("is rejected when its claims were edited: %j", async (change) => {
    const issuer = createIssuer();
    const { token } = await issuer.issueAccess(claims);
    await issuer.verifyAccess(token);
    expect(await issuer.verifyAccess(edited(token, change))).toEqual(invalid);
  });

  it("can't be replaced by a refresh token", async () => {
    const issuer = createIssuer();
    const token = await issuer.issueRefresh(
      { sessionId: claims.sessionId, generation: 0, secret: "secret" },
      { issuedAt: "2026-11-23T12:00:00.000Z", expiresAt: "2026-12-23T12:00:00.000Z" },
    );
    expect(await issuer.verifyAccess(token)).toEqual(invalid);
  });

  it("is rejected when it is malformed", async () => {
    for (const nonsense of ["", "x", "a.b.c", "é", ".".repeat(4000), "null"]) {
      expect(await createIssuer().verifyAccess(nonsense)).toEqual(invalid);
    }
  });

  /** Each claim is checked, so that even a holder of the key could not use a token for another purpose. */
  describe("signed with the server's own key", () => {
    const now = Date.parse("2026-11-23T12:00:00Z") / 1000;
    const good = {
      sub: claims.userId,
      sid: claims.sessionId,
      iss: "mdreader",
      aud: "mdreader:api",
      exp: now + 60,
    };
    const header = { alg: "HS256", typ: "at+jwt" };

    it.each([
      ["another audience", { ...good, aud: "somewhere else" }, header],
      ["another issuer", { ...good, iss: "someone else" }, header],
      ["another type", good, { ...header, typ: "rt+jwt" }],
      ["no type", good, { alg: "HS256" }],
      ["another algorithm", good, { ...header, alg: "HS512" }],
      ["no expiry", { ...good, exp: undefined }, header],
      ["a malformed session id", { ...good, sid: "'; drop table users" }, header],
      ["no user", { ...good, sub: undefined }, header],
    ])("is rejected with %s", async (_, payload, protectedHeader) => {
      const issuer = createIssuer();
      const token = await new SignJWT(payload).setProtectedHeader(protectedHeader).sign(accessKey);
      const proper = await new SignJWT(good).setProtectedHeader(header).sign(accessKey);
      expect(await issuer.verifyAccess(token)).toEqual(invalid);
      expect(await issuer.verifyAccess(proper)).toMatchObject({ kind: "session", ...claims });
    });
  });
});

describe("a refresh token", () => {
  const refreshClaims = { sessionId: claims.sessionId, generation: 3, secret: "a secret" };
  const lifetime = { issuedAt: "2026-11-23T12:00:00.123Z", expiresAt: "2026-12-23T12:00:00.123Z" };

  it("contains the session, the generation and the secret", async () => {
    const issuer = createIssuer();
    expect(await issuer.verifyRefresh(await issuer.issueRefresh(refreshClaims, lifetime))).toEqual(
      refreshClaims,
    );
  });

  it("is identical when it is created from the same claims and lifetime", async () => {
    const [one, other] = [createIssuer(), createIssuer()];
    other.advance(5);
    expect(await one.issueRefresh(refreshClaims, lifetime)).toBe(
      await other.issueRefresh(refreshClaims, lifetime),
    );
  });

  it("contains its type and not the user", async () => {
    const token = await createIssuer().issueRefresh(refreshClaims, lifetime);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256", typ: "rt+jwt" });
    expect(decodeJwt(token)).not.toHaveProperty("sub");
  });

  it("is rejected when expired, edited, signed with another key, or an access token", async () => {
    const issuer = createIssuer();
    const token = await issuer.issueRefresh(refreshClaims, lifetime);
    expect(await issuer.verifyRefresh(edited(token, { gen: 4 }))).toBeNull();
    expect(await createIssuer("another secret of thirty-two bytes or more").verifyRefresh(token)).toBeNull();
    expect(await issuer.verifyRefresh((await issuer.issueAccess(claims)).token)).toBeNull();
    issuer.advance(31 * 86_400);
    expect(await issuer.verifyRefresh(token)).toBeNull();
  });

  it("is followed by a secret that only the server can derive", () => {
    const issuer = createIssuer();
    const { current, previous } = issuer.deriveNextSecret("a");
    expect(previous).toBeNull();
    expect(createIssuer().deriveNextSecret("a").current).toBe(current);
    expect(issuer.deriveNextSecret("b").current).not.toBe(current);
    const jwtSecret = "another secret of thirty-two bytes or more";
    expect(createIssuer(jwtSecret).deriveNextSecret("a").current).not.toBe(current);
    const replacing = { ...settings, jwtSecret, previousJwtSecret: settings.jwtSecret };
    const { deriveNextSecret } = createTokenIssuer(replacing, { now: () => new Date() });
    expect(deriveNextSecret("a").previous).toBe(current);
  });
});

/** The key of access tokens, derived independently. */
const accessKey = Buffer.from(hkdfSync("sha256", settings.jwtSecret, "", "mdreader access token", 32));
