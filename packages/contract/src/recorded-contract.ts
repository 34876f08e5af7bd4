/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 9, hash: "3751cae2e8e43c19" };
