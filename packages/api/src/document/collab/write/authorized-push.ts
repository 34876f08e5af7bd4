import QuickLRU from "quick-lru";

import type { DocumentAccess } from "../../../access/authorize.ts";
import { type AuthenticatedCredential, toCredentialKey } from "../../../access/identity.ts";
import type { DocumentCheck } from "../../../access/resource-checks.ts";
import { AppError } from "../../../errors.ts";
import type { editAction } from "../store/log.ts";
import type { UpdateCommitter } from "./push.ts";

type CachedGrant = DocumentAccess<typeof editAction>;

/** Maximum number of cached grants. */
const maxGrants = 10_000;

/** An update of a live editor, and its access check. */
export interface AuthorizedPush {
  check: DocumentCheck<typeof editAction>;
  credential: AuthenticatedCredential;
  documentId: string;
  update: Uint8Array;
}

/** A pusher that checks access, at the cost of one statement per edit. */
export interface AuthorizedPusher {
  /**
   * Appends an update.
   * @returns Its number, after the commit.
   * @throws AppError as the access check, and as `UpdateCommitter.push`.
   */
  pushAuthorized(push: AuthorizedPush): Promise<number>;
}

/**
 * Checks the first update sent with a credential separately. After that, the appending statement checks the
 * author's session or key, account and role, and locks the role until the commit. A cached grant only decides which
 * path an update takes, so that requests without access never load a document.
 */
export function createAuthorizedPusher({ push }: UpdateCommitter): AuthorizedPusher {
  const grants = new QuickLRU<string, CachedGrant>({ maxSize: maxGrants });
  const checks = new Map<string, Promise<CachedGrant>>();

  /**
   * Runs one check for all updates that arrive in the meantime, and keeps their order, because each builds on the
   * one before.
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
      const name = `${documentId} ${toCredentialKey(credential)}`;
      // A check that started before this update may grant access but not refuse it, because the role may have
      // changed since.
      const firstCheck = () =>
        checks.get(name)?.catch(() => authorize(name, check)) ?? authorize(name, check);
      const granted = grants.get(name) ?? (await firstCheck());
      try {
        return await push(granted, update);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // The statement does not report why it wrote nothing. The check does.
        grants.delete(name);
        const access = await check.require();
        if (error.reason !== "NOT_FOUND") throw error;
        // Access was restored in the meantime.
        grants.set(name, access);
        return push(access, update);
      }
    },
  };
}
