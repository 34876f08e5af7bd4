/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 14, hash: "413993d54fe8b5f3" };
