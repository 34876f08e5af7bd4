import { Duplex } from "node:stream";

/** One end of an in-process pair. Data written at one end is read at the other shortly after, in order. */
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

/** The parts of a socket that the driver uses. */
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

/** Creates a socket and passes its other end to `accept` on connection. No I/O of the system is involved. */
export const createSocketPair = (accept: (server: Duplex) => void): Duplex => new ClientSocket(accept);
