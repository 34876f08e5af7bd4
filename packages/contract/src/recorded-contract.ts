/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 18, hash: "848454ee2f6216e2" };
