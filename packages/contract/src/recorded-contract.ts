/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 7, hash: "a53d864b8172b0cc" };
