import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Result } from '../../main/foundation/outcome.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { Transport, TransportError } from './transport.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** A byte line to a service: `tcp://host:port`. Another kind of address does not open. */
export function createTcpTransport(url: string): Transport {
  return new TcpTransport(url);
}

class TcpTransport implements Transport {
  readonly name: string;
  #socket: Socket | undefined;
  #onData: (chunk: Uint8Array) => void = () => {};
  #onClosed: (detail: string) => void = () => {};

  constructor(url: string) {
    this.name = url;
  }

  async open(): Promise<Result<void, TransportError>> {
    await this.close();
    const address = URL.canParse(this.name) ? new URL(this.name) : null;
    if (address?.protocol !== 'tcp:' || address.port === '') return err({ code: 'LNK_PORT_UNAVAILABLE', detail: `${this.name}: not tcp://host:port` });
    const socket = connect({ host: address.hostname, port: Number(address.port), timeout: CONNECT_TIMEOUT_MS });
    const failure = await new Promise<string | null>((resolve) => {
      socket.once('connect', () => resolve(null));
      socket.once('error', (error) => resolve(error.message));
      socket.once('timeout', () => resolve('no connection in time'));
    });
    if (failure !== null) {
      socket.destroy();
      return err({ code: 'LNK_PORT_UNAVAILABLE', detail: failure });
    }
    socket.setTimeout(0);
    socket.setNoDelay(true);
    this.#socket = socket;
    socket.on('data', (chunk) => {
      if (this.#socket === socket) this.#onData(chunk);
    });
    socket.on('error', (error) => this.#lose(socket, error.message));
    socket.on('close', () => this.#lose(socket, 'closed by the other end'));
    return ok(undefined);
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket?.writable === true && (this.#socket.write(bytes), true);
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }

  onData(listener: (chunk: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClosed(listener: (detail: string) => void): void {
    this.#onClosed = listener;
  }

  #lose(socket: Socket, detail: string): void {
    if (this.#socket !== socket) return;
    void this.close();
    this.#onClosed(detail);
  }
}
