/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 5, hash: "3b4f99d5dd75af7e" };
