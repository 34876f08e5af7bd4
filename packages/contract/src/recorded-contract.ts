/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 10, hash: "1ff49881ae5b910b" };
