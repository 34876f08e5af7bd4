/** What may be held in memory at a time, in bytes. */
export interface ByteLimits {
  /** For one person or network. */
  perOwner: number;
  /** In all. */
  total: number;
}

/** Sums up what connections hold in memory, so that many small things don't become one large one. */
export interface ByteBudget {
  /** How much is held in all. */
  readonly usedBytes: number;
  open(owner: string): ByteAccount;
}

/** What one connection or body holds. */
export interface ByteAccount {
  /**
   * Notes how much it holds now.
   * @returns Whether that fits. If not, its holder has to let go: the bytes count until then.
   */
  setBytes(bytes: number): boolean;
  /** Notes that it holds nothing, from now on. */
  close(): void;
}

export function createByteBudget({ perOwner, total }: ByteLimits): ByteBudget {
  const owners = new Map<string, number>();
  let held = 0;
  return {
    get usedBytes() {
      return held;
    },
    open(owner) {
      let own = 0;
      const set = (bytes: number): number => {
        const ofOwner = (owners.get(owner) ?? 0) + bytes - own;
        held += bytes - own;
        own = bytes;
        if (ofOwner === 0) owners.delete(owner);
        else owners.set(owner, ofOwner);
        return ofOwner;
      };
      return {
        setBytes: (bytes) => set(bytes) <= perOwner && held <= total,
        close: () => void set(0),
      };
    },
  };
}
