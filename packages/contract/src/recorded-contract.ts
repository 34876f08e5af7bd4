/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 6, hash: "73bfaabaedff1ea9" };
