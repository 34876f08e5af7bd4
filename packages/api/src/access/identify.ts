import type { Caller, Credential, Services } from "../context.ts";
import { selectCaller, credentialParams } from "./caller-query.ts";

/**
 * Whom a credential stands for at this moment: for what lasts longer than a call, such as a socket, which wants to know
 * whose it is. It grants nothing: each call is checked by itself.
 * @returns Null when it names nobody, or its session, key or account has ended.
 */
export async function identifyCaller(
  { database: { db } }: Pick<Services, "database">,
  credential: Credential,
): Promise<Caller | null> {
  if (credential.kind === "none" || credential.kind === "rejected") return null;
  const caller = selectCaller(db, credential.kind);
  const [found] = await db.select().from(caller).prepare("identify").execute(credentialParams(credential));
  return found ?? null;
}
