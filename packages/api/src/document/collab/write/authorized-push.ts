import QuickLRU from "quick-lru";

import type { DocumentAccess } from "../../../access/authorize.ts";
import type { AuthenticatedCredential } from "../../../access/caller-query.ts";
import type { DocumentCheck } from "../../../access/resource-checks.ts";
import { AppError } from "../../../errors.ts";
import type { editAction } from "../store/log.ts";
import type { UpdateCommitter } from "./push.ts";

type CachedGrant = DocumentAccess<typeof editAction>;

/** How many grants are remembered. */
const maxGrants = 10_000;

/** An update of a live editor, and what it was sent with. */
export interface AuthorizedPush {
  check: DocumentCheck<typeof editAction>;
  credential: AuthenticatedCredential;
  documentId: string;
  update: Uint8Array;
}

/** The pusher with the check of access in front, at the price of one statement an edit. */
export interface AuthorizedPusher {
  /**
   * Appends an update.
   * @returns Its number, once it is committed.
   * @throws AppError as the check, and as `UpdateCommitter.push`.
   */
  pushAuthorized(push: AuthorizedPush): Promise<number>;
}

/**
 * The first update that is sent with a credential is checked by itself. From then on the statement that appends does it:
 * it finds the author's session or key, account and role as it finds them now, and holds the role until the commit. What
 * is remembered of the first check decides nothing but which way an update goes, so that strangers make nobody load a
 * document.
 */
export function createAuthorizedPusher({ push }: UpdateCommitter): AuthorizedPusher {
  const grants = new QuickLRU<string, CachedGrant>({ maxSize: maxGrants });
  const checks = new Map<string, Promise<CachedGrant>>();

  /**
   * Checks once for all updates that come meanwhile, so that they go on in the order in which they were sent: each builds
   * on the one before.
   */
  const authorize = (name: string, check: AuthorizedPush["check"]): Promise<CachedGrant> => {
    const checked = check
      .require()
      .then((access) => {
        grants.set(name, access);
        return access;
      })
      .finally(() => checks.delete(name));
    checks.set(name, checked);
    return checked;
  };

  return {
    async pushAuthorized({ check, credential, documentId, update }) {
      const name = `${documentId} ${credentialKey(credential)}`;
      // A check that began before this update came grants, but does not refuse: the role may have changed since.
      const firstCheck = () =>
        checks.get(name)?.catch(() => authorize(name, check)) ?? authorize(name, check);
      const granted = grants.get(name) ?? (await firstCheck());
      try {
        return await push(granted, update);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // The statement does not tell why it wrote nothing. The check does, to whoever may not edit any more.
        grants.delete(name);
        const access = await check.require();
        if (error.reason !== "NOT_FOUND") throw error;
        // It came back in between.
        grants.set(name, access);
        return push(access, update);
      }
    },
  };
}

const credentialKey = (credential: AuthenticatedCredential): string =>
  credential.kind === "session"
    ? credential.sessionId
    : Buffer.from(credential.secretHash).toString("base64");
