/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 8, hash: "5e4e3a5006418d9e" };
