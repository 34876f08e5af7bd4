/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 19, hash: "843587fa314c4b0f" };
