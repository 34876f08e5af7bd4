import { apiKeys, authIdentities, createId, emailChanges, users } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";

import { createLinkTokens } from "../../auth/identity/link-tokens.ts";
import { createSetupTokens } from "../../auth/second-factor/setup-tokens.ts";
import { createTotpSecret } from "../../auth/second-factor/totp-secret.ts";
import { createAccount, validPassword } from "../accounts.ts";
import { insertEmailChange } from "../email-changes.ts";
import { createProvider, createVerifiedIdentity } from "../identities.ts";
import type { MatrixFixture } from "../matrix/fixture.ts";
import { generateTotp } from "../second-factors.ts";
import {
  createConfirmationRows,
  enableFactor,
  loginBinding,
  signWithUnknown,
  toWrongCode,
} from "./confirmation.ts";
import {
  callAs,
  callAsSuperuser,
  changeSettings,
  type FailingCall,
  type FailingRow,
  type FailingRows,
  insertUserWithPassword,
  makeOnlySuperuser,
  unknownId,
  unknownToken,
} from "./fixture.ts";

const createRegistration = (fields: object = {}) => ({
  email: `${createId()}@example.test`,
  username: createId(),
  password: validPassword,
  ...fields,
});

/** The server refuses the passwords of all but superusers. */
const refusePasswords =
  (createInput: (fixture: MatrixFixture) => unknown): FailingRow =>
  async (fixture) => {
    const input = await createInput(fixture);
    fixture.app.services.settings.acceptsPasswords = false;
    return { input, credential: { kind: "none" } };
  };

const callAnonymously = (input: unknown) => ({ input, credential: { kind: "none" } as const });

const createDevice = async ({ app }: MatrixFixture) => app.as().auth.device.start();

const decidedCode: FailingRow = async (fixture) => {
  const { userCode } = await createDevice(fixture);
  await fixture.people.owner.client.auth.device.deny({ userCode });
  return { input: { userCode } };
};

/**
 * The reasons for which the owner of the fixture's workspace can't hand over what they hold.
 * @param toCall Creates the call from its input.
 */
const createHandOverRows = (
  toCall: (fixture: MatrixFixture, input: object) => FailingCall | Promise<FailingCall>,
) =>
  ({
    NOT_SOLE_OWNER: (fixture) =>
      toCall(fixture, { owners: [{ workspaceId: createId(), userId: fixture.people.editor.id }] }),
    RECIPIENT_INVALID: (fixture) =>
      toCall(fixture, { owners: [{ workspaceId: fixture.workspaceId, userId: createId() }] }),
    RECIPIENT_MISSING: async (fixture) => {
      const { people, workspaceId } = fixture;
      const { document } = people.owner.client;
      const { id: documentId } = await document.create({ workspaceId, title: "Shared", content: "" });
      await document.share.create({ documentId });
      return toCall(fixture, { shares: "handOver" });
    },
  }) satisfies Record<string, FailingRow>;

export const authReasons = {
  "auth.register": {
    EMAIL_TAKEN: ({ people }) => callAnonymously(createRegistration({ email: people.owner.email })),
    USERNAME_TAKEN: ({ people }) => callAnonymously(createRegistration({ username: people.owner.username })),
    REGISTRATION_CLOSED: async (fixture) => {
      await changeSettings(fixture, { registration: "closed" });
      return callAnonymously(createRegistration());
    },
    REGISTRATION_BY_INVITATION: async (fixture) => {
      await changeSettings(fixture, { registration: "invitation" });
      return callAnonymously(createRegistration({ invitationToken: unknownToken }));
    },
    EMAIL_DOMAIN_NOT_ALLOWED: async (fixture) => {
      await changeSettings(fixture, { allowedEmailDomains: ["elsewhere.test"] });
      return callAnonymously(createRegistration());
    },
    SETUP_LINK_INVALID: () => callAnonymously(createRegistration({ setupToken: unknownToken })),
    PASSWORD_SIGN_IN_DISABLED: refusePasswords(() => createRegistration()),
  },
  "auth.login": {
    BAD_CREDENTIALS: ({ people }) => callAnonymously({ email: people.owner.email, password: validPassword }),
    PASSWORD_CHANGE_REQUIRED: async (fixture) => {
      const { email } = await insertUserWithPassword(fixture, { passwordChangeRequired: true });
      return callAnonymously({ email, password: validPassword });
    },
    SECOND_FACTOR_REQUIRED: async (fixture) => {
      const actor = await insertUserWithPassword(fixture);
      await enableFactor(fixture, actor);
      return callAnonymously({ email: actor.email, password: validPassword });
    },
    SECOND_FACTOR_WRONG: async (fixture) => {
      const actor = await insertUserWithPassword(fixture);
      const code = toWrongCode(await enableFactor(fixture, actor));
      return callAnonymously({ email: actor.email, password: validPassword, code });
    },
    PASSKEY_INVALID: async (fixture) => {
      const { email, id: userId } = await insertUserWithPassword(fixture);
      const binding = { purpose: "secondFactor", userId, sessionId: null } as const;
      const passkey = await signWithUnknown(fixture, binding);
      return callAnonymously({ email, password: validPassword, passkey });
    },
    PASSKEY_CHALLENGE_INVALID: async (fixture) => {
      const { email } = await insertUserWithPassword(fixture);
      const passkey = await signWithUnknown(fixture, loginBinding);
      return callAnonymously({ email, password: validPassword, passkey });
    },
    PASSWORD_SIGN_IN_DISABLED: refusePasswords(async (fixture) => ({
      email: (await insertUserWithPassword(fixture)).email,
      password: validPassword,
    })),
  },
  "auth.refresh": {
    UNAUTHENTICATED: () => callAnonymously({}),
    REFRESH_TOKEN_INVALID: () => callAnonymously({ refreshToken: "no token" }),
    REFRESH_TOKEN_REUSED: async ({ app }) => {
      const { refreshToken: first } = await createAccount(app);
      const { refreshToken: second } = await app.as().auth.refresh({ refreshToken: first });
      await app.as().auth.refresh({ refreshToken: second ?? "" });
      return callAnonymously({ refreshToken: first });
    },
    SESSION_ENDED: async ({ app }) => {
      const { client, refreshToken } = await createAccount(app);
      await client.auth.logout({});
      return callAnonymously({ refreshToken });
    },
    ACCOUNT_SUSPENDED: async ({ app }) => {
      const { user, refreshToken } = await createAccount(app);
      await app.services.database.db
        .update(users)
        .set({ deactivatedAt: new Date().toISOString() })
        .where(eq(users.id, user.id));
      return callAnonymously({ refreshToken });
    },
  },
  "auth.logout": {
    UNAUTHENTICATED: () => callAnonymously({}),
    TOKEN_INVALID: () => ({ input: {}, credential: { kind: "rejected", reason: "TOKEN_INVALID" } }),
    TOKEN_EXPIRED: () => ({ input: {}, credential: { kind: "rejected", reason: "TOKEN_EXPIRED" } }),
    REFRESH_TOKEN_INVALID: () => callAnonymously({ refreshToken: "no token" }),
    ACCOUNT_SESSION_REQUIRED: () => ({
      input: {},
      credential: { kind: "apiKey", secretHash: new Uint8Array(32) },
    }),
  },
  "auth.updateProfile": {
    USERNAME_TAKEN: ({ people }) => callAs(people.owner, { username: people.editor.username }),
  },
  "auth.handOver": createHandOverRows(({ people }, input) => callAs(people.owner, input)),
  "auth.exportAccount": createConfirmationRows(),
  "auth.deleteAccount": {
    ...createConfirmationRows(),
    SOLE_OWNER_OF_WORKSPACES: ({ people }) => callAs(people.owner),
    LAST_SUPERUSER: async (fixture) => callAs(await makeOnlySuperuser(fixture)),
  },
  "auth.changePassword": {
    ...createConfirmationRows(() => ({ newPassword: `${validPassword}, the next` }), "currentPassword"),
    PASSWORD_SIGN_IN_DISABLED: ({ app, people }) => {
      app.services.settings.acceptsPasswords = false;
      return callAs(people.owner, { newPassword: validPassword });
    },
  },
  "auth.requestPasswordReset": {
    PASSWORD_SIGN_IN_DISABLED: refusePasswords(() => ({ email: "nobody@example.test" })),
  },
  "auth.resetPassword": {
    EMAIL_TOKEN_INVALID: () => callAnonymously({ token: unknownToken, newPassword: validPassword }),
    PASSWORD_SIGN_IN_DISABLED: refusePasswords(async ({ app }) => {
      const { user } = await createAccount(app);
      await app.as().auth.requestPasswordReset({ email: user.email });
      const mail = app.services.mailer.mails.findLast(({ kind }) => kind === "resetPassword");
      const url = mail !== undefined && "url" in mail ? mail.url : "";
      return { token: new URL(url).hash.replace("#token=", ""), newPassword: validPassword };
    }),
  },
  "auth.emailChange.request": {
    ...createConfirmationRows(() => ({ email: "new@example.test" })),
    EMAIL_UNCHANGED: ({ people }) => callAs(people.owner, { email: people.owner.email }),
    EMAIL_DOMAIN_NOT_ALLOWED: async (fixture) => {
      await changeSettings(fixture, { allowedEmailDomains: ["elsewhere.test"] });
      return { input: { email: "new@example.test" } };
    },
  },
  "auth.emailChange.confirm": {
    EMAIL_TOKEN_INVALID: () => callAnonymously({ token: unknownToken }),
    EMAIL_DOMAIN_NOT_ALLOWED: async (fixture) => {
      const { agreement } = await insertEmailChange(fixture.app, fixture.people.owner.id);
      await changeSettings(fixture, { allowedEmailDomains: ["elsewhere.test"] });
      return callAnonymously({ token: agreement });
    },
    // Somebody else takes the new address between the two links.
    EMAIL_TAKEN: async ({ app, people }) => {
      const { db } = app.services.database;
      const { agreement, proof } = await insertEmailChange(app, people.owner.id);
      await app.as().auth.emailChange.confirm({ token: agreement });
      const newEmail = db
        .select({ email: emailChanges.newEmail })
        .from(emailChanges)
        .where(eq(emailChanges.userId, people.owner.id));
      await db
        .update(users)
        .set({ email: sql`(${newEmail})` })
        .where(eq(users.id, people.editor.id));
      return callAnonymously({ token: proof });
    },
  },
  "auth.emailChange.refuse": { EMAIL_TOKEN_INVALID: () => callAnonymously({ token: unknownToken }) },
  "auth.emailChange.cancel": { NOT_FOUND: () => ({ input: undefined }) },
  "auth.verifyEmail": { EMAIL_TOKEN_INVALID: () => callAnonymously({ token: unknownToken }) },
  "auth.apiKey.create": {
    LIMIT_REACHED: async ({ app, people }) => {
      const keys = Array.from({ length: 100 }, (_, index) => ({
        userId: people.owner.id,
        name: "a key",
        scopes: ["read" as const],
        hint: "mdr_",
        secretHash: Buffer.from(`${createId()} ${index}`),
      }));
      await app.services.database.db.insert(apiKeys).values(keys);
      return { input: { name: "a key", scopes: ["read"] } };
    },
    SUPERUSER_REQUIRED: () => ({ input: { name: "a key", scopes: ["instance"] } }),
    EMAIL_NOT_VERIFIED: async (fixture) => {
      await changeSettings(fixture, { allowedEmailDomains: ["example.test"] });
      return { input: { name: "a key", scopes: ["read"] } };
    },
    NOT_FOUND: () => ({ input: { name: "a key", scopes: ["read"], workspaceId: createId() } }),
  },
  "auth.apiKey.revoke": { NOT_FOUND: () => ({ input: unknownId() }) },
  "auth.session.revoke": { NOT_FOUND: () => ({ input: unknownId() }) },
  "auth.device.login": {
    DEVICE_PENDING: async (fixture) =>
      callAnonymously({ deviceCode: (await createDevice(fixture)).deviceCode }),
    DEVICE_POLLED_TOO_OFTEN: async (fixture) => {
      const { deviceCode } = await createDevice(fixture);
      await fixture.app
        .as()
        .auth.device.login({ deviceCode })
        .catch(() => {});
      return callAnonymously({ deviceCode });
    },
    DEVICE_DENIED: async (fixture) => {
      const { userCode, deviceCode } = await createDevice(fixture);
      await fixture.people.owner.client.auth.device.deny({ userCode });
      return callAnonymously({ deviceCode });
    },
    DEVICE_CODE_INVALID: () => callAnonymously({ deviceCode: unknownToken }),
  },
  "auth.device.get": { DEVICE_CODE_INVALID: decidedCode },
  "auth.device.approve": { DEVICE_CODE_INVALID: decidedCode },
  "auth.device.deny": { DEVICE_CODE_INVALID: decidedCode },
  "auth.identity.startLink": {
    ...createConfirmationRows(({ app }) => ({ provider: createProvider(app).id })),
    NOT_FOUND: () => ({ input: { provider: "unknown" } }),
  },
  "auth.identity.link": {
    PROVIDER_RESPONSE_INVALID: () => ({ input: { token: unknownToken } }),
    IDENTITY_TAKEN: async ({ app, people }) => {
      const identity = createVerifiedIdentity(createProvider(app));
      const { issuer, subject } = identity;
      await app.services.database.db
        .insert(authIdentities)
        .values({ userId: people.editor.id, issuer, subject });
      const token = await createLinkTokens(app.services).seal({ userId: people.owner.id, identity });
      return { input: { token } };
    },
    LIMIT_REACHED: async ({ app, people }) => {
      const identity = createVerifiedIdentity(createProvider(app));
      const userId = people.owner.id;
      const linked = Array.from({ length: 20 }, () => ({
        userId,
        issuer: identity.issuer,
        subject: createId(),
      }));
      await app.services.database.db.insert(authIdentities).values(linked);
      return { input: { token: await createLinkTokens(app.services).seal({ userId, identity }) } };
    },
  },
  "auth.identity.unlink": {
    NOT_FOUND: () => ({ input: unknownId() }),
    LAST_SIGN_IN_METHOD: async ({ app, people }) => {
      const [id, { issuer }] = [createId(), createProvider(app)];
      await app.services.database.db
        .insert(authIdentities)
        .values({ id, userId: people.owner.id, issuer, subject: id });
      return { input: { id } };
    },
  },
  "auth.secondFactor.start": createConfirmationRows(),
  "auth.secondFactor.confirm": {
    SECOND_FACTOR_SETUP_INVALID: () => ({ input: { token: unknownToken, code: "000000" } }),
    SECOND_FACTOR_WRONG: async ({ app, people }) => {
      const secret = createTotpSecret();
      const { userId, sessionId } = people.owner.credential;
      const setup = { userId, sessionId, replaces: null, secret };
      const token = await createSetupTokens(app.services).seal(setup);
      return { input: { token, code: toWrongCode(generateTotp(app, secret)) } };
    },
  },
  "auth.secondFactor.regenerate": { ...createConfirmationRows(), NOT_FOUND: () => ({ input: {} }) },
  "auth.secondFactor.disable": {
    ...createConfirmationRows(),
    NOT_FOUND: () => ({ input: {} }),
    SECOND_FACTOR_SETUP_REQUIRED: async (fixture) => {
      const code = await enableFactor(fixture, fixture.people.owner);
      await changeSettings(fixture, { secondFactorRequired: true });
      return { input: { code } };
    },
  },
  "auth.admin.claim": { SETUP_LINK_INVALID: () => ({ input: { token: unknownToken } }) },
  "auth.admin.settings.update": {
    SETTING_FIXED: (fixture) => callAsSuperuser(fixture, { workspaceQuotaMb: 5 }),
    SECOND_FACTOR_SETUP_REQUIRED: (fixture) => callAsSuperuser(fixture, { secondFactorRequired: true }),
  },
  "auth.admin.system.retryJob": { NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()) },
  "auth.admin.system.openStoredMail": {
    ...createConfirmationRows(() => ({ id: "mail" }), "password", { isSuperuser: true }),
    NOT_FOUND: (fixture) => callAsSuperuser(fixture, { id: "unknown" }),
  },
  "auth.admin.user.suspend": {
    NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()),
    LAST_SUPERUSER: async (fixture) =>
      callAsSuperuser(fixture, { id: (await makeOnlySuperuser(fixture)).id }),
  },
  "auth.admin.user.reactivate": { NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()) },
  "auth.admin.user.verify": { NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()) },
  "auth.admin.user.requirePasswordChange": { NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()) },
  "auth.admin.user.resetSecondFactor": {
    NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()),
    SECOND_FACTOR_OWN: (fixture) => callAsSuperuser(fixture, { id: fixture.people.superuser.id }),
  },
  "auth.admin.user.endSessions": { NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()) },
  "auth.admin.user.cancelEmailChange": { NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()) },
  "auth.admin.user.listHoldings": { NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()) },
  "auth.admin.user.handOver": {
    ...createHandOverRows(async (fixture, input) => {
      const { id } = fixture.people.owner;
      await fixture.app.services.database.db
        .update(users)
        .set({ deactivatedAt: new Date().toISOString() })
        .where(eq(users.id, id));
      return callAsSuperuser(fixture, { id, ...input });
    }),
    NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()),
    USER_NOT_SUSPENDED: (fixture) => callAsSuperuser(fixture, { id: fixture.people.owner.id }),
  },
  "auth.admin.user.delete": {
    NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()),
    USER_OWNS_WORKSPACES: (fixture) => callAsSuperuser(fixture, { id: fixture.people.owner.id }),
    ACCOUNT_OWN: (fixture) => callAsSuperuser(fixture, { id: fixture.people.superuser.id }),
  },
  "auth.admin.user.restore": { NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()) },
  "auth.admin.user.purge": {
    NOT_FOUND: (fixture) => callAsSuperuser(fixture, { id: fixture.people.owner.id }),
  },
  "auth.admin.user.updateSuperuser": {
    NOT_FOUND: (fixture) => callAsSuperuser(fixture, { ...unknownId(), isSuperuser: true }),
    LAST_SUPERUSER: async (fixture) =>
      callAsSuperuser(fixture, { id: (await makeOnlySuperuser(fixture)).id, isSuperuser: false }),
  },
  "auth.admin.workspace.adopt": {
    NOT_FOUND: (fixture) => callAsSuperuser(fixture, unknownId()),
    WORKSPACE_HAS_OWNER: (fixture) => callAsSuperuser(fixture, { id: fixture.workspaceId }),
  },
  "auth.admin.workspace.setQuota": {
    NOT_FOUND: (fixture) => callAsSuperuser(fixture, { ...unknownId(), quotaBytes: 1024 }),
  },
} as const satisfies FailingRows;
