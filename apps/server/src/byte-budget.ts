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
  let heldBytes = 0;
  return {
    get usedBytes() {
      return heldBytes;
    },
    open(owner) {
      let own = 0;
      const set = (bytes: number): number => {
        const ofOwner = (owners.get(owner) ?? 0) + bytes - own;
        heldBytes += bytes - own;
        own = bytes;
        if (ofOwner === 0) owners.delete(owner);
        else owners.set(owner, ofOwner);
        return ofOwner;
      };
      return {
        setBytes: (bytes) => set(bytes) <= perOwner && heldBytes <= total,
        close: () => void set(0),
      };
    },
  };
}
