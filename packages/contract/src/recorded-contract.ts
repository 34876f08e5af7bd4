/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 12, hash: "953f65a4787b46b2" };
