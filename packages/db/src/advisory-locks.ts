/** The keys of the advisory locks on the whole database. Locks with the same key would wait for each other. */
export const advisoryLocks = {
  /** Shared by the processes that have an embedded cluster open. The one that can lock it exclusively stops the server. */
  cluster: 7_001_000_001,
  /** Lets one process migrate at a time. */
  migration: 7_001_000_002,
  /** Held while the set of active superusers shrinks, or gets its first member. */
  superusers: 7_001_000_003,
  /**
   * Shared by running backups. Bytes of files are removed only by those who can lock it exclusively, so that all files
   * of a dump still exist when the backup reaches them.
   */
  fileRemoval: 7_001_000_004,
  /** Held exclusively while the instance's requirement of a second factor changes, and shared by what depends on it. */
  secondFactorRequirement: 7_001_000_005,
} as const;

/** The seeds with which the ID of a workspace or document is hashed to the key of a lock on a part of it. */
export const advisoryLockSeeds = { members: 0, folderTree: 1, files: 2, searchIndex: 3 } as const;
