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
  (createInput: (world: MatrixFixture) => unknown): FailingRow =>
  async (world) => {
    const input = await createInput(world);
    world.app.services.settings.acceptsPasswords = false;
    return { input, credential: { kind: "none" } };
  };

const anonymous = (input: unknown) => ({ input, credential: { kind: "none" } as const });

const createDevice = async ({ app }: MatrixFixture) => app.as().auth.device.start();

const decidedCode: FailingRow = async (world) => {
  const { userCode } = await createDevice(world);
  await world.people.owner.client.auth.device.deny({ userCode });
  return { input: { userCode } };
};

/**
 * The reasons for which the owner of the fixture's workspace can't hand over what they hold.
 * @param toCall Creates the call from its input.
 */
const createHandOverRows = (
  toCall: (world: MatrixFixture, input: object) => FailingCall | Promise<FailingCall>,
) =>
  ({
    NOT_SOLE_OWNER: (world) =>
      toCall(world, { owners: [{ workspaceId: createId(), userId: world.people.editor.id }] }),
    RECIPIENT_INVALID: (world) =>
      toCall(world, { owners: [{ workspaceId: world.workspaceId, userId: createId() }] }),
    RECIPIENT_MISSING: async (world) => {
      const { people, workspaceId } = world;
      const { document } = people.owner.client;
      const { id: documentId } = await document.create({ workspaceId, title: "Shared", content: "" });
      await document.share.create({ documentId });
      return toCall(world, { shares: "handOver" });
    },
  }) satisfies Record<string, FailingRow>;

export const authReasons = {
  "auth.register": {
    EMAIL_TAKEN: ({ people }) => anonymous(createRegistration({ email: people.owner.email })),
    USERNAME_TAKEN: ({ people }) => anonymous(createRegistration({ username: people.owner.username })),
    REGISTRATION_CLOSED: async (world) => {
      await changeSettings(world, { registration: "closed" });
      return anonymous(createRegistration());
    },
    REGISTRATION_BY_INVITATION: async (world) => {
      await changeSettings(world, { registration: "invitation" });
      return anonymous(createRegistration({ invitationToken: unknownToken }));
    },
    EMAIL_DOMAIN_NOT_ALLOWED: async (world) => {
      await changeSettings(world, { allowedEmailDomains: ["elsewhere.test"] });
      return anonymous(createRegistration());
    },
    SETUP_LINK_INVALID: () => anonymous(createRegistration({ setupToken: unknownToken })),
    PASSWORD_SIGN_IN_DISABLED: refusePasswords(() => createRegistration()),
  },
  "auth.login": {
    BAD_CREDENTIALS: ({ people }) => anonymous({ email: people.owner.email, password: validPassword }),
    PASSWORD_CHANGE_REQUIRED: async (world) => {
      const { email } = await insertUserWithPassword(world, { passwordChangeRequired: true });
      return anonymous({ email, password: validPassword });
    },
    SECOND_FACTOR_REQUIRED: async (world) => {
      const actor = await insertUserWithPassword(world);
      await enableFactor(world, actor);
      return anonymous({ email: actor.email, password: validPassword });
    },
    SECOND_FACTOR_WRONG: async (world) => {
      const actor = await insertUserWithPassword(world);
      const code = toWrongCode(await enableFactor(world, actor));
      return anonymous({ email: actor.email, password: validPassword, code });
    },
    PASSKEY_INVALID: async (world) => {
      const { email, id: userId } = await insertUserWithPassword(world);
      const binding = { purpose: "secondFactor", userId, sessionId: null } as const;
      const passkey = await signWithUnknown(world, binding);
      return anonymous({ email, password: validPassword, passkey });
    },
    PASSKEY_CHALLENGE_INVALID: async (world) => {
      const { email } = await insertUserWithPassword(world);
      const passkey = await signWithUnknown(world, loginBinding);
      return anonymous({ email, password: validPassword, passkey });
    },
    PASSWORD_SIGN_IN_DISABLED: refusePasswords(async (world) => ({
      email: (await insertUserWithPassword(world)).email,
      password: validPassword,
    })),
  },
  "auth.refresh": {
    UNAUTHENTICATED: () => anonymous({}),
    REFRESH_TOKEN_INVALID: () => anonymous({ refreshToken: "no token" }),
    REFRESH_TOKEN_REUSED: async ({ app }) => {
      const { refreshToken: first } = await createAccount(app);
      const { refreshToken: second } = await app.as().auth.refresh({ refreshToken: first });
      await app.as().auth.refresh({ refreshToken: second ?? "" });
      return anonymous({ refreshToken: first });
    },
    SESSION_ENDED: async ({ app }) => {
      const { client, refreshToken } = await createAccount(app);
      await client.auth.logout({});
      return anonymous({ refreshToken });
    },
    ACCOUNT_SUSPENDED: async ({ app }) => {
      const { user, refreshToken } = await createAccount(app);
      await app.services.database.db
        .update(users)
        .set({ deactivatedAt: new Date().toISOString() })
        .where(eq(users.id, user.id));
      return anonymous({ refreshToken });
    },
  },
  "auth.logout": {
    UNAUTHENTICATED: () => anonymous({}),
    TOKEN_INVALID: () => ({ input: {}, credential: { kind: "rejected", reason: "TOKEN_INVALID" } }),
    TOKEN_EXPIRED: () => ({ input: {}, credential: { kind: "rejected", reason: "TOKEN_EXPIRED" } }),
    REFRESH_TOKEN_INVALID: () => anonymous({ refreshToken: "no token" }),
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
    LAST_SUPERUSER: async (world) => callAs(await makeOnlySuperuser(world)),
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
    EMAIL_TOKEN_INVALID: () => anonymous({ token: unknownToken, newPassword: validPassword }),
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
    EMAIL_DOMAIN_NOT_ALLOWED: async (world) => {
      await changeSettings(world, { allowedEmailDomains: ["elsewhere.test"] });
      return { input: { email: "new@example.test" } };
    },
  },
  "auth.emailChange.confirm": {
    EMAIL_TOKEN_INVALID: () => anonymous({ token: unknownToken }),
    EMAIL_DOMAIN_NOT_ALLOWED: async (world) => {
      const { agreement } = await insertEmailChange(world.app, world.people.owner.id);
      await changeSettings(world, { allowedEmailDomains: ["elsewhere.test"] });
      return anonymous({ token: agreement });
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
      return anonymous({ token: proof });
    },
  },
  "auth.emailChange.refuse": { EMAIL_TOKEN_INVALID: () => anonymous({ token: unknownToken }) },
  "auth.emailChange.cancel": { NOT_FOUND: () => ({ input: undefined }) },
  "auth.verifyEmail": { EMAIL_TOKEN_INVALID: () => anonymous({ token: unknownToken }) },
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
    EMAIL_NOT_VERIFIED: async (world) => {
      await changeSettings(world, { allowedEmailDomains: ["example.test"] });
      return { input: { name: "a key", scopes: ["read"] } };
    },
    NOT_FOUND: () => ({ input: { name: "a key", scopes: ["read"], workspaceId: createId() } }),
  },
  "auth.apiKey.revoke": { NOT_FOUND: () => ({ input: unknownId() }) },
  "auth.session.revoke": { NOT_FOUND: () => ({ input: unknownId() }) },
  "auth.device.login": {
    DEVICE_PENDING: async (world) => anonymous({ deviceCode: (await createDevice(world)).deviceCode }),
    DEVICE_POLLED_TOO_OFTEN: async (world) => {
      const { deviceCode } = await createDevice(world);
      await world.app
        .as()
        .auth.device.login({ deviceCode })
        .catch(() => {});
      return anonymous({ deviceCode });
    },
    DEVICE_DENIED: async (world) => {
      const { userCode, deviceCode } = await createDevice(world);
      await world.people.owner.client.auth.device.deny({ userCode });
      return anonymous({ deviceCode });
    },
    DEVICE_CODE_INVALID: () => anonymous({ deviceCode: unknownToken }),
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
    SECOND_FACTOR_SETUP_REQUIRED: async (world) => {
      const code = await enableFactor(world, world.people.owner);
      await changeSettings(world, { secondFactorRequired: true });
      return { input: { code } };
    },
  },
  "auth.admin.claim": { SETUP_LINK_INVALID: () => ({ input: { token: unknownToken } }) },
  "auth.admin.settings.update": {
    SETTING_FIXED: (world) => callAsSuperuser(world, { workspaceQuotaMb: 5 }),
    SECOND_FACTOR_SETUP_REQUIRED: (world) => callAsSuperuser(world, { secondFactorRequired: true }),
  },
  "auth.admin.system.retryJob": { NOT_FOUND: (world) => callAsSuperuser(world, unknownId()) },
  "auth.admin.system.openStoredMail": {
    ...createConfirmationRows(() => ({ id: "mail" }), "password", { isSuperuser: true }),
    NOT_FOUND: (world) => callAsSuperuser(world, { id: "unknown" }),
  },
  "auth.admin.user.suspend": {
    NOT_FOUND: (world) => callAsSuperuser(world, unknownId()),
    LAST_SUPERUSER: async (world) => callAsSuperuser(world, { id: (await makeOnlySuperuser(world)).id }),
  },
  "auth.admin.user.reactivate": { NOT_FOUND: (world) => callAsSuperuser(world, unknownId()) },
  "auth.admin.user.verify": { NOT_FOUND: (world) => callAsSuperuser(world, unknownId()) },
  "auth.admin.user.requirePasswordChange": { NOT_FOUND: (world) => callAsSuperuser(world, unknownId()) },
  "auth.admin.user.resetSecondFactor": {
    NOT_FOUND: (world) => callAsSuperuser(world, unknownId()),
    SECOND_FACTOR_OWN: (world) => callAsSuperuser(world, { id: world.people.superuser.id }),
  },
  "auth.admin.user.endSessions": { NOT_FOUND: (world) => callAsSuperuser(world, unknownId()) },
  "auth.admin.user.cancelEmailChange": { NOT_FOUND: (world) => callAsSuperuser(world, unknownId()) },
  "auth.admin.user.listHoldings": { NOT_FOUND: (world) => callAsSuperuser(world, unknownId()) },
  "auth.admin.user.handOver": {
    ...createHandOverRows(async (world, input) => {
      const { id } = world.people.owner;
      await world.app.services.database.db
        .update(users)
        .set({ deactivatedAt: new Date().toISOString() })
        .where(eq(users.id, id));
      return callAsSuperuser(world, { id, ...input });
    }),
    NOT_FOUND: (world) => callAsSuperuser(world, unknownId()),
    USER_NOT_SUSPENDED: (world) => callAsSuperuser(world, { id: world.people.owner.id }),
  },
  "auth.admin.user.delete": {
    NOT_FOUND: (world) => callAsSuperuser(world, unknownId()),
    USER_OWNS_WORKSPACES: (world) => callAsSuperuser(world, { id: world.people.owner.id }),
    ACCOUNT_OWN: (world) => callAsSuperuser(world, { id: world.people.superuser.id }),
  },
  "auth.admin.user.restore": { NOT_FOUND: (world) => callAsSuperuser(world, unknownId()) },
  "auth.admin.user.purge": { NOT_FOUND: (world) => callAsSuperuser(world, { id: world.people.owner.id }) },
  "auth.admin.user.updateSuperuser": {
    NOT_FOUND: (world) => callAsSuperuser(world, { ...unknownId(), isSuperuser: true }),
    LAST_SUPERUSER: async (world) =>
      callAsSuperuser(world, { id: (await makeOnlySuperuser(world)).id, isSuperuser: false }),
  },
  "auth.admin.workspace.adopt": {
    NOT_FOUND: (world) => callAsSuperuser(world, unknownId()),
    WORKSPACE_HAS_OWNER: (world) => callAsSuperuser(world, { id: world.workspaceId }),
  },
  "auth.admin.workspace.setQuota": {
    NOT_FOUND: (world) => callAsSuperuser(world, { ...unknownId(), quotaBytes: 1024 }),
  },
} as const satisfies FailingRows;
