/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 3, hash: "a602781f87aefc47" };
