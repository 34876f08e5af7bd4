/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 17, hash: "f021be430b05343a" };
