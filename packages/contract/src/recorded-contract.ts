/** Written by `pnpm contract:record`. */
export const recordedContract = { revision: 13, hash: "be45775961716620" };
