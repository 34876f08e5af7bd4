import { Duplex } from "node:stream";

/** One of two ends within this process: what is written at one is read at the other a moment later, and in order. */
class SocketEnd extends Duplex {
  other: SocketEnd | null = null;
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#tell((other) => other.push(chunk));
    done();
  }
  override _final(done: () => void): void {
    this.#tell((other) => other.push(null));
    done();
  }
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#tell((other) => other.destroy());
    done(error);
  }
  #tell(tell: (other: SocketEnd) => void): void {
    process.nextTick(() => {
      if (this.other?.destroyed === false) tell(this.other);
    });
  }
}

/** As much of a socket as the driver asks of one. */
class ClientSocket extends SocketEnd {
  readonly #accept: (server: Duplex) => void;
  constructor(accept: (server: Duplex) => void) {
    super();
    this.#accept = accept;
  }
  connect(): this {
    const server = new SocketEnd();
    [this.other, server.other] = [server, this];
    this.#accept(server);
    process.nextTick(() => this.emit("connect"));
    return this;
  }
  setNoDelay = () => this;
  setKeepAlive = () => this;
  ref = () => this;
  unref = () => this;
}

/** A socket that `accept` gets the other end of when it is connected: nothing of it waits for the system. */
export const createSocketPair = (accept: (server: Duplex) => void): Duplex => new ClientSocket(accept);
