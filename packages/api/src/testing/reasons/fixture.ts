import type { ProcedureName, procedureNotes, Reason } from "@mdreader/contract";
import { createId, instanceSettings, type Sql, users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Credential } from "../../access/identity.ts";
import type { RequestInfo } from "../../context.ts";
import { validPassword } from "../accounts.ts";
import { insertUser, type TestActor } from "../factories.ts";
import type { MatrixFixture } from "../matrix/fixture.ts";

/** A call that fails for a reason. */
export interface FailingCall {
  input: unknown;
  /** Default: the owner's. */
  credential?: Credential;
  request?: Partial<RequestInfo>;
  /** A change that is committed between the call's check and its work: it locks something that the call waits for. */
  overtake?: (tx: Sql) => Promise<unknown>;
  /** Releases what the call needs in order to fail. */
  release?: () => void;
}

/** Creates what a procedure needs in order to fail for a reason, in a workspace of its own. */
export type FailingRow = (fixture: MatrixFixture) => FailingCall | Promise<FailingCall>;

type DeclaredReason<Name extends ProcedureName> = (typeof procedureNotes)[Name] extends {
  errors: readonly (infer Own extends Reason)[];
}
  ? Own
  : never;

/** A failing call for each reason that a procedure declares, besides the common ones. A test finds missing ones. */
export type FailingRows = {
  readonly [Name in ProcedureName]?: { readonly [Own in DeclaredReason<Name>]?: FailingRow };
};

/** A token that nobody has issued. */
export const unknownToken = "A".repeat(43);

export const unknownId = () => ({ id: createId() });

/** Calls as somebody else. */
export const callAs = ({ credential }: Pick<TestActor, "credential">, input: unknown = {}): FailingCall => ({
  input,
  credential,
});

export const callAsSuperuser = ({ people }: MatrixFixture, input: unknown): FailingCall =>
  callAs(people.superuser, input);

/** Changes settings of the instance. */
export async function changeSettings(
  { app }: MatrixFixture,
  changed: Record<string, unknown>,
): Promise<void> {
  const { db } = app.services.database;
  await db
    .insert(instanceSettings)
    .values({ changed })
    .onConflictDoUpdate({ target: instanceSettings.id, set: { changed } });
}

/** Inserts a user with the default password. */
export async function insertUserWithPassword(
  { app }: MatrixFixture,
  fields: Partial<typeof users.$inferInsert> = {},
): Promise<TestActor> {
  const passwordHash = await app.services.passwords.hash(validPassword, { owner: "the table of reasons" });
  return insertUser(app, { passwordHash, ...fields });
}

/** Makes the superuser of the fixture the only one. */
export async function makeOnlySuperuser({ app, people }: MatrixFixture): Promise<TestActor> {
  const { db } = app.services.database;
  await db.update(users).set({ isSuperuser: false });
  await db.update(users).set({ isSuperuser: true }).where(eq(users.id, people.superuser.id));
  return people.superuser;
}
