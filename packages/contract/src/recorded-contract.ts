/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 21, hash: "5597c890d638620f" };
