/**
 * Reads the data of Server-Sent Events from a response, and ignores comments.
 * @param onChunk Called whenever anything arrives.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  onChunk: () => void,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let parts: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onChunk();
    const [first = "", ...others] = decoder.decode(value, { stream: true }).split("\n");
    // A large event arrives in many chunks, so its parts are joined once.
    parts.push(first);
    for (const next of others) {
      const line = parts.join("");
      parts = [next];
      if (line.startsWith(dataField)) yield line.slice(dataField.length);
    }
  }
}

/** The server writes each message in one line. */
const dataField = "data: ";
