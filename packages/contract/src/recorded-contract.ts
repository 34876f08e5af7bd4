/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 1, hash: "501e85e9d8d656c9" };
