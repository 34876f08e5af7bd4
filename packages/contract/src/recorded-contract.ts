/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 4, hash: "cf057829feefbd74" };
