import { type Credential, identifyCaller, type Services, toHex } from "@mdreader/api";
import QuickLRU from "quick-lru";

/** Finds whom the bytes of a credential's requests count toward. */
export interface BudgetOwners {
  /**
   * @returns The user, whichever of the user's sessions and keys is used; null if the credential identifies nobody.
   */
  find(credential: Credential): string | null | Promise<string | null>;
}

const maxRememberedKeys = 10_000;

export function createBudgetOwners(services: Pick<Services, "database">): BudgetOwners {
  /** The users of API keys. A key never changes its user. */
  const users = new QuickLRU<string, string>({ maxSize: maxRememberedKeys });

  async function findByKey(credential: Extract<Credential, { kind: "apiKey" }>): Promise<string | null> {
    const caller = await identifyCaller(services, credential);
    if (caller !== null) users.set(toHex(credential.secretHash), caller.userId);
    return caller?.userId ?? null;
  }

  return {
    find(credential) {
      if (credential.kind === "session") return credential.userId;
      if (credential.kind !== "apiKey") return null;
      return users.get(toHex(credential.secretHash)) ?? findByKey(credential);
    },
  };
}
