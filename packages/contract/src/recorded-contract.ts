/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 16, hash: "4352ebaa68144c21" };
