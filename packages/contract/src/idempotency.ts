/** The HTTP header with the idempotency keys of a request's calls, separated by commas. */
export const idempotencyHeader = "idempotency-key";

/** The length of an idempotency key, which consists of letters, digits and `.:_-`. */
export const minKeyLength = 8;
export const maxKeyLength = 100;
