/** Limits for bytes in memory. */
export interface ByteLimits {
  /** Limit per user or network. */
  perOwner: number;
  /** Limit for the whole process. */
  total: number;
}

/** Tracks the bytes that connections hold in memory, so that many small buffers don't add up unnoticed. */
export interface ByteBudget {
  /** Sum over all accounts. */
  readonly usedBytes: number;
  open(owner: string): ByteAccount;
}

/** The bytes of one connection or body. */
export interface ByteAccount {
  /**
   * Sets the current number of bytes.
   * @returns Whether they fit the limits. If not, the owner must free them; they count until then.
   */
  setBytes(bytes: number): boolean;
  /** Releases all bytes. */
  close(): void;
}

export function createByteBudget({ perOwner, total }: ByteLimits): ByteBudget {
  const owners = new Map<string, number>();
  let usedBytes = 0;
  return {
    get usedBytes() {
      return usedBytes;
    },
    open(owner) {
      let accountBytes = 0;
      const set = (bytes: number): number => {
        const ownerBytes = (owners.get(owner) ?? 0) + bytes - accountBytes;
        usedBytes += bytes - accountBytes;
        accountBytes = bytes;
        if (ownerBytes === 0) owners.delete(owner);
        else owners.set(owner, ownerBytes);
        return ownerBytes;
      };
      return {
        setBytes: (bytes) => set(bytes) <= perOwner && usedBytes <= total,
        close: () => void set(0),
      };
    },
  };
}
