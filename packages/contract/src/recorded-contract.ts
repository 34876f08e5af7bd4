/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 2, hash: "c1411ccb6284b360" };
