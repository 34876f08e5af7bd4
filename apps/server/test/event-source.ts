import { EventSource } from "eventsource";

import { bearer } from "./calls.ts";

/** Creates an `EventSource` that sends a token in a header. */
export const createEventSource = (token: string): typeof EventSource =>
  class extends EventSource {
    constructor(url: string | URL) {
      super(url, {
        fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...bearer(token) } }),
      });
    }
  };
