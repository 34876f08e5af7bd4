import QuickLRU from "quick-lru";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Presented } from "../../access/caller.ts";
import type { DocumentGate } from "../../access/gate.ts";
import { AppError } from "../../errors.ts";
import type { editing } from "./log.ts";
import type { Pusher } from "./push.ts";

type Granted = DocumentAccess<typeof editing>;

/** How many grants are remembered. */
const maxGrants = 10_000;

/** An update of a live editor, and what it was sent with. */
export interface CheckedPush {
  gate: DocumentGate<typeof editing>;
  credential: Presented;
  documentId: string;
  update: Uint8Array;
}

/** The pusher with the check of access in front, at the price of one statement an edit. */
export interface CheckedPusher {
  /**
   * Appends an update.
   * @returns Its number, once it is committed.
   * @throws AppError as the check, and as `Pusher.push`.
   */
  pushChecked(push: CheckedPush): Promise<number>;
}

/**
 * The first update that is sent with a credential is checked by itself. From then on the statement that appends does it:
 * it finds the author's session or key, account and role as it finds them now, and holds the role until the commit. What
 * is remembered of the first check decides nothing but which way an update goes, so that strangers make nobody load a
 * document.
 */
export function createCheckedPusher({ push }: Pusher): CheckedPusher {
  const grants = new QuickLRU<string, Granted>({ maxSize: maxGrants });
  const checks = new Map<string, Promise<Granted>>();

  /**
   * Checks once for all updates that come meanwhile, so that they go on in the order in which they were sent: each builds
   * on the one before.
   */
  const check = (name: string, gate: CheckedPush["gate"]): Promise<Granted> => {
    const checked = gate
      .pass()
      .then((access) => {
        grants.set(name, access);
        return access;
      })
      .finally(() => checks.delete(name));
    checks.set(name, checked);
    return checked;
  };

  return {
    async pushChecked({ gate, credential, documentId, update }) {
      const name = `${documentId} ${nameOf(credential)}`;
      // A check that began before this update came grants, but does not refuse: the role may have changed since.
      const firstCheck = () => checks.get(name)?.catch(() => check(name, gate)) ?? check(name, gate);
      const granted = grants.get(name) ?? (await firstCheck());
      try {
        return await push(granted, update);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        // The statement does not tell why it wrote nothing. The check does, to whoever may not edit any more.
        grants.delete(name);
        const access = await gate.pass();
        if (error.reason !== "NOT_FOUND") throw error;
        // It came back in between.
        grants.set(name, access);
        return push(access, update);
      }
    },
  };
}

const nameOf = (credential: Presented): string =>
  credential.kind === "session"
    ? credential.sessionId
    : Buffer.from(credential.secretHash).toString("base64");
