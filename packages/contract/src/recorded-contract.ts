/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 22, hash: "bf8f903360efa0d9" };
