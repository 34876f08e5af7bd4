import { UnsavedError } from "@mdreader/client/live";

import { Failure } from "../failure.ts";

/** Rethrows rejections with the server's reason, which selects the hint. */
export async function withServerMessage<T>(waited: Promise<T>): Promise<T> {
  try {
    return await waited;
  } catch (error) {
    if (!(error instanceof UnsavedError) || error.reason === null) throw error;
    throw error.cause instanceof UnsavedError || error.cause === undefined
      ? new Failure(error.reason, error.message, { cause: error })
      : error.cause;
  }
}
