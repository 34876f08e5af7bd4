/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 11, hash: "a7fa0a97f8a5ae81" };
